package io.ingresstier.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * One member.
 *
 * @param name name of the Node
 * @param zone value of the topology key
 * @param state where it is in its life
 * @param backend whether every Service expects it as a backend
 * @param reason why it is in that state, one word
 * @param since when it entered the state, RFC 3339
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodeStatus(
        @Required @JsonPropertyDescription("Name of the Node.")
        String name,

        @JsonPropertyDescription("Value of the topology key.") @Nullable
        String zone,

        @JsonPropertyDescription("Where the member is in its life.") @Nullable
        NodeState state,

        @JsonPropertyDescription("Whether the balancers of all Services are expected to send to it.") @Nullable
        Boolean backend,

        @JsonPropertyDescription("Why it is in that state, one word in CamelCase.") @Nullable
        String reason,

        @JsonPropertyDescription("When it entered the state, RFC 3339.") @Nullable
        String since) {}
