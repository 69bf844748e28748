package io.ingresstier.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

/**
 * What the fields that depend on something else amount to.
 *
 * @param selector nodes.selector as used
 * @param minAvailable nodes.minAvailable as used
 * @param incumbentRef the Deployment that is replaced
 * @param settleSeconds the longest settle bound of the Services, in seconds
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EffectiveValues(
        @JsonPropertyDescription("Eligible nodes: nodes.selector, or the workers.") @Nullable
        LabelSelector selector,

        @JsonPropertyDescription("Members that must serve: nodes.minAvailable, at most replicas, or replicas - 1.")
        @Nullable
        Integer minAvailable,

        @JsonPropertyDescription("The Deployment that is replaced.") @Nullable
        IncumbentRef incumbentRef,

        @JsonPropertyDescription(
                "Upper bound, in seconds, for the balancers to apply a change: loadBalancer.settleSeconds, or the longest of the Services'.")
        @Nullable
        Integer settleSeconds) {}
