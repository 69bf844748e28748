package io.ingresstier.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * One write that the plan holds.
 *
 * @param step the step that wants it
 * @param action kind of the action
 * @param object kind, namespace and name of what is written
 * @param detail what is written
 * @param backendsBefore backends before it
 * @param backendsAfter backends after it
 * @param refusedBy the guard that refuses it, or the reason for which the plan stops there
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlannedAction(
        @JsonPropertyDescription("Step that wants it.") @Nullable
        String step,

        @JsonPropertyDescription("Kind of the write.") @Nullable
        String action,

        @JsonPropertyDescription("Kind, namespace and name of what is written.") @Nullable
        String object,

        @JsonPropertyDescription("What is written.") @Nullable
        String detail,

        @JsonPropertyDescription("Backends before the write, of the Service with the fewest.") @Nullable
        Integer backendsBefore,

        @JsonPropertyDescription("Backends after the write at worst, of the Service with the fewest.") @Nullable
        Integer backendsAfter,

        @JsonPropertyDescription(
                "Guard that refuses it, or reason for which the plan stops there. Absent where nothing does.")
        @Nullable
        String refusedBy) {}
