package io.ingresstier.world;

import io.ingresstier.api.IngressTier;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What another tier claims for itself.
 *
 * @param labelKey its node label's key
 * @param labelValue its node label's value
 * @param created when it was created; of two tiers that want the same, the older one has it
 * @param services the Services that it attaches
 * @param minAvailable how many of what such a Service reaches must stay
 */
public record Claim(
        String tier, String labelKey, String labelValue, Instant created, Set<ObjectKey> services, int minAvailable) {

    public Claim {
        services = Set.copyOf(services);
    }

    /** The claim of a tier read from the API server. */
    public static Claim of(IngressTier tier) {
        var nodes = tier.getSpec().nodes();
        return new Claim(
                tier.getMetadata().getName(),
                nodes.label().key(),
                nodes.label().value(),
                Instant.parse(tier.getMetadata().getCreationTimestamp()),
                tier.getSpec().loadBalancer().serviceRefs().stream()
                        .map(r -> new ObjectKey(r.namespace(), r.name()))
                        .collect(Collectors.toSet()),
                nodes.floor());
    }
}
