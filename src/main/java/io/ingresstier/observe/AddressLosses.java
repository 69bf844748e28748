package io.ingresstier.observe;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressLoadBalancerIngress;
import io.ingresstier.world.AddressLoss;
import io.ingresstier.world.ObjectKey;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers which Ingresses lost an address, the last loss of each, for as long as the Ingress exists. Kept in memory
 * only: a soak is watched by one process and begins again with the next.
 */
final class AddressLosses implements Watched.Bystander<Ingress> {

    private final Map<ObjectKey, AddressLoss> losses = new ConcurrentHashMap<>();
    private final InstantSource clock;

    AddressLosses(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void changed(Ingress before, Ingress after) {
        var lost = new HashSet<>(addresses(before));
        lost.removeAll(addresses(after));
        if (!lost.isEmpty()) {
            ObjectKey key = ObjectKey.of(after);
            losses.put(key, new AddressLoss(key, lost, clock.instant()));
        }
    }

    @Override
    public void deleted(Ingress ingress) {
        losses.remove(ObjectKey.of(ingress));
    }

    List<AddressLoss> list() {
        return List.copyOf(losses.values());
    }

    /** What clients of this Ingress are told to connect to: addresses, and host names. */
    static Set<String> addresses(Ingress ingress) {
        var addresses = new HashSet<String>();
        Optional.ofNullable(ingress.getStatus())
                .map(s -> s.getLoadBalancer())
                .map(b -> Objects.requireNonNullElse(b.getIngress(), List.<IngressLoadBalancerIngress>of()))
                .orElse(List.of())
                .forEach(entry -> {
                    Optional.ofNullable(entry.getIp()).ifPresent(addresses::add);
                    Optional.ofNullable(entry.getHostname()).ifPresent(addresses::add);
                });
        return addresses;
    }
}
