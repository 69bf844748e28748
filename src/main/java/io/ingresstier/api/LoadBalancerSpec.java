package io.ingresstier.api;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The load balancers that send to a tier.
 *
 * @param serviceRefs Services that are attached; never created or deleted
 * @param provider whose rules decide what a backend is
 * @param connectionDraining whether live connections of leaving backends may finish
 * @param settleSeconds upper bound for the balancer to apply a change; absent: the provider's
 * @param conflictPolicy what happens to a foreign backend selection
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LoadBalancerSpec(
        @Default("[{\"namespace\": \"kube-system\", \"name\": \"nginx-ingress-lb\"}]")
        @Size(min = 1, max = 16)
        @JsonPropertyDescription(
                "Services of type LoadBalancer whose backends become the members. All are attached; none"
                        + " is created or deleted. Other such Services that select the pods are guarded.")
        List<ServiceRef> serviceRefs,

        @Default("Auto")
        @JsonPropertyDescription(
                "Whose rules decide which nodes are backends. Auto: detected from the nodes' provider IDs"
                        + " and the Services' annotations.")
        Provider provider,

        @Default("Enabled")
        @JsonPropertyDescription(
                "Enabled: connection draining is turned on at the balancer before the tier is attached,"
                        + " with rollout.drainSeconds as its timeout.")
        ConnectionDraining connectionDraining,

        @Min(1)
        @Max(Seconds.HOUR)
        @JsonPropertyDescription(
                "Upper bound, in seconds, for the balancer to apply a change. Left out: the provider's,"
                        + " from its health-check annotations.")
        @Nullable
        Integer settleSeconds,

        @Default("Refuse")
        @JsonPropertyDescription("What happens to a foreign backend selection that is already on a Service. Refuse: the"
                + " tier is not accepted. Overwrite: it is recorded and replaced.")
        ConflictPolicy conflictPolicy) {

    private static final ServiceRef SERVICE = new ServiceRef("kube-system", "nginx-ingress-lb");

    /** Fills in what is absent. */
    public LoadBalancerSpec {
        serviceRefs = List.copyOf(requireNonNullElse(serviceRefs, List.of(SERVICE)));
        provider = requireNonNullElse(provider, Provider.Auto);
        connectionDraining = requireNonNullElse(connectionDraining, ConnectionDraining.Enabled);
        conflictPolicy = requireNonNullElse(conflictPolicy, ConflictPolicy.Refuse);
    }

    /** {@return what an empty {@code loadBalancer} means} */
    @SuppressWarnings("NullAway") // the constructor fills in what is absent
    public static LoadBalancerSpec defaults() {
        return new LoadBalancerSpec(null, null, null, null, null);
    }

    /** {@return this load balancer with other Services} */
    public LoadBalancerSpec withServiceRefs(List<ServiceRef> serviceRefs) {
        return new LoadBalancerSpec(serviceRefs, provider, connectionDraining, settleSeconds, conflictPolicy);
    }

    /** {@return this load balancer with another provider} */
    public LoadBalancerSpec withProvider(Provider provider) {
        return new LoadBalancerSpec(serviceRefs, provider, connectionDraining, settleSeconds, conflictPolicy);
    }

    /** {@return this load balancer with connection draining on or off} */
    public LoadBalancerSpec withConnectionDraining(ConnectionDraining connectionDraining) {
        return new LoadBalancerSpec(serviceRefs, provider, connectionDraining, settleSeconds, conflictPolicy);
    }

    /** {@return this load balancer with another settle bound, in seconds} */
    public LoadBalancerSpec withSettleSeconds(@Nullable Integer settleSeconds) {
        return new LoadBalancerSpec(serviceRefs, provider, connectionDraining, settleSeconds, conflictPolicy);
    }

    /** {@return this load balancer with another policy for foreign selections} */
    public LoadBalancerSpec withConflictPolicy(ConflictPolicy conflictPolicy) {
        return new LoadBalancerSpec(serviceRefs, provider, connectionDraining, settleSeconds, conflictPolicy);
    }
}
