package io.ingresstier.api;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A write of the operator that another writer may undo, and when it was made lately: what says how often it may be made
 * again.
 *
 * @param action kind of the write
 * @param object kind, namespace and name of what was written
 * @param value what was written, where that tells two writes apart
 * @param times when, RFC 3339, the latest last
 * @param manager the field manager that undid it; absent while nobody has
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RecentWrite(
        @JsonPropertyDescription("Kind of the write.") @Nullable
        String action,

        @JsonPropertyDescription("Kind, namespace and name of what was written.") @Nullable
        String object,

        @JsonPropertyDescription("What was written, where that tells two writes apart.") @Nullable
        String value,

        @JsonPropertyDescription("When it was made, RFC 3339, the latest last.")
        List<String> times,

        @JsonPropertyDescription("Field manager that undid it. Absent while nobody has.") @Nullable
        String manager) {

    /** Fills in what is absent. */
    public RecentWrite {
        times = List.copyOf(requireNonNullElse(times, List.of()));
    }
}
