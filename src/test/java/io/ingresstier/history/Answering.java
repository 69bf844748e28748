package io.ingresstier.history;

import io.ingresstier.api.BackendMode;
import io.ingresstier.balancer.Backend;
import io.ingresstier.balancer.BackendRules;
import io.ingresstier.balancer.Backends;
import io.ingresstier.world.EndpointView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PortId;
import io.ingresstier.world.ServicePortView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * What one balancer Service reaches, told from the provider's rules and the endpoints alone.
 *
 * @param known whether the provider's controller can tell
 * @param targets by port, the targets behind which a ready pod answers
 * @param pods by port, addresses of the pods that those targets send to
 * @param reached the same pods by name
 */
record Answering(
        boolean known, Map<PortId, Set<String>> targets, Map<PortId, Set<String>> pods, Set<ObjectKey> reached) {

    /** For every balancer Service of a World. */
    static Map<ObjectKey, Answering> of(World world) {
        BackendRules rules = BackendRules.of(
                world.tier().getSpec().loadBalancer().provider(), world.nodes().values(), world.attachable());
        var all = new TreeMap<ObjectKey, Answering>();
        world.services().values().stream()
                .filter(ServiceView::loadBalancer)
                .forEach(s -> all.put(
                        s.key(), of(world, s, rules.backends(s, world.nodes().values(), world.slices()))));
        return all;
    }

    private static Answering of(World world, ServiceView service, Backends backends) {
        var targets = new TreeMap<PortId, Set<String>>();
        var pods = new TreeMap<PortId, Set<String>>();
        var reached = new TreeSet<ObjectKey>();
        for (ServicePortView port : service.ports()) {
            List<EndpointView> live = world.slicesOf(service.key()).stream()
                    .filter(s -> s.ports().containsKey(port.name()))
                    .flatMap(s -> s.endpoints().stream())
                    .filter(EndpointView::live)
                    .toList();
            Set<String> behind = backends.byPort().getOrDefault(port.id(), List.of()).stream()
                    .filter(b -> answers(world, backends.mode(), b, live))
                    .map(Backend::identity)
                    .collect(Collectors.toCollection(TreeSet::new));
            List<EndpointView> sentTo = live.stream()
                    .filter(e -> switch (backends.mode()) {
                        case Local -> e.nodeName().filter(behind::contains).isPresent();
                        case Cluster -> !behind.isEmpty();
                        case PodDirect -> behind.contains(e.address());
                    })
                    .toList();
            targets.put(port.id(), behind);
            pods.put(port.id(), sentTo.stream().map(EndpointView::address).collect(Collectors.toSet()));
            sentTo.forEach(e -> e.pod().ifPresent(reached::add));
        }
        return new Answering(backends.known(), targets, pods, reached);
    }

    private static boolean answers(World world, BackendMode mode, Backend target, List<EndpointView> live) {
        NodeView node = world.nodes().get(target.node());
        return switch (mode) {
            case Local ->
                live.stream()
                        .anyMatch(
                                e -> e.nodeName().filter(target.node()::equals).isPresent());
            case Cluster -> node != null && node.ready() && !live.isEmpty();
            case PodDirect -> live.stream().anyMatch(e -> e.address().equals(target.address()));
        };
    }

    /** Whether a new connection can come to this pod. */
    boolean reaches(ObjectKey pod) {
        return reached.contains(pod);
    }

    /** The fewest targets, or pods behind them, of any port. */
    int least() {
        return targets.keySet().stream()
                .mapToInt(port ->
                        Math.min(targets.get(port).size(), pods.get(port).size()))
                .min()
                .orElse(0);
    }

    /** What is left of this in another. */
    Answering keptIn(Answering after) {
        BiFunction<Map<PortId, Set<String>>, Map<PortId, Set<String>>, Map<PortId, Set<String>>> common = (a, b) -> {
            var both = new TreeMap<PortId, Set<String>>();
            a.forEach((port, names) -> {
                var kept = new TreeSet<>(names);
                kept.retainAll(b.getOrDefault(port, Set.of()));
                both.put(port, kept);
            });
            return both;
        };
        return new Answering(
                known && after.known, common.apply(targets, after.targets), common.apply(pods, after.pods), Set.of());
    }
}
