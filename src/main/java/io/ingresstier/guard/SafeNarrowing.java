package io.ingresstier.guard;

import io.ingresstier.api.BackendMode;
import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Backend;
import io.ingresstier.world.EndpointView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The selector is narrowed only where every backend node keeps a live endpoint of its own, and never on Cilium's
 * dataplane, which resets the connections of backends that vanish; kube-proxy lets them end.
 */
public record SafeNarrowing() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        if (!(judgement.action() instanceof ServiceAction.NarrowSelector narrow)) {
            return Optional.empty();
        }
        World after = judgement.after();
        if (after.nodes().values().stream().anyMatch(SafeNarrowing::cilium)) {
            return refuse(
                    Reason.NarrowingUnsafe,
                    "%s: the nodes run Cilium, which would reset the incumbent's connections"
                            .formatted(narrow.sentence()));
        }
        Optional<ServiceView> unlisted = judgement.trafficBefore().guarded().stream()
                .filter(s -> !after.listed().contains(s.key()))
                .filter(s -> sendsToIncumbent(after, s))
                .findFirst();
        if (unlisted.isPresent()) {
            return refuse(
                    Reason.NarrowingUnsafe,
                    "%s: Service %s sends to the incumbent too; add it to loadBalancer.serviceRefs"
                            .formatted(narrow.sentence(), unlisted.get().key()));
        }
        ServiceView service = after.services().getOrDefault(narrow.service().key(), narrow.service());
        return judgement
                .trafficAfter()
                .backends(service)
                .filter(b -> b.mode() != BackendMode.PodDirect)
                .flatMap(b -> b.byPort().values().stream()
                        .flatMap(list -> list.stream().map(Backend::node))
                        .filter(node -> !hostsEndpoint(after, service, node))
                        .findFirst())
                .flatMap(node -> refuse(
                        Reason.NarrowingUnsafe,
                        "%s: node %s is a backend and would keep no endpoint of its own"
                                .formatted(narrow.sentence(), node)));
    }

    private static boolean hostsEndpoint(World world, ServiceView service, String node) {
        return world.slicesOf(service.key()).stream()
                .flatMap(s -> s.endpoints().stream())
                .filter(EndpointView::live)
                .flatMap(e -> e.nodeName().stream())
                .collect(Collectors.toSet())
                .contains(node);
    }

    private static boolean sendsToIncumbent(World world, ServiceView service) {
        return world.incumbentPods().stream()
                .anyMatch(p -> p.serving()
                        && p.key().namespace().equals(service.key().namespace())
                        && p.matches(service.selector()));
    }

    /** Cilium's agent writes annotations with this prefix on every node that it runs on. */
    private static boolean cilium(NodeView node) {
        return node.annotations().keySet().stream()
                .anyMatch(key -> key.startsWith("network.cilium.io/") || key.startsWith("io.cilium."));
    }
}
