package io.ingresstier.api;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Service of type LoadBalancer that selects the pods.
 *
 * @param namespace namespace of the Service
 * @param name name of the Service
 * @param provider whose rules were used
 * @param mode what the balancer sends to
 * @param addresses addresses or host names of the balancer
 * @param expectedBackends backends that the provider is expected to have, of the port with the fewest
 * @param settledTime when the last change was taken over, RFC 3339
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LoadBalancerStatus(
        @Required @JsonPropertyDescription("Namespace of the Service.")
        String namespace,

        @Required @JsonPropertyDescription("Name of the Service.")
        String name,

        @JsonPropertyDescription("Whose rules decide what a backend is.") @Nullable
        Provider provider,

        @JsonPropertyDescription("What the balancer sends to: Local, Cluster or PodDirect.") @Nullable
        BackendMode mode,

        @JsonPropertyDescription("Addresses or host names of the balancer.")
        List<String> addresses,

        @JsonPropertyDescription(
                "Backends that the balancer is expected to have by its provider's rules, at the port with the fewest.")
        @Nullable
        Integer expectedBackends,

        @JsonPropertyDescription("When the balancer had taken the last change over, RFC 3339. Absent while it has not.")
        @Nullable
        String settledTime) {

    /** Fills in what is absent. */
    public LoadBalancerStatus {
        addresses = List.copyOf(requireNonNullElse(addresses, List.of()));
    }
}
