package io.ingresstier.balancer;

import io.ingresstier.world.PortId;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What traffic to one Service can really reach, per port.
 *
 * @param known whether it can be told at all; where a provider's controller is stopped by an error, it cannot
 * @param targets the balancer's targets behind which something answers
 * @param endpoints the live pods' addresses that those targets can forward to
 */
public record Reach(boolean known, Map<PortId, Set<String>> targets, Map<PortId, Set<String>> endpoints) {

    public Reach {
        targets = Map.copyOf(targets);
        endpoints = Map.copyOf(endpoints);
    }

    /** The fewest targets, or pods behind them, that any port has; 0 where there is no port. */
    public int least() {
        return targets.keySet().stream()
                .mapToInt(port -> Math.min(size(targets, port), size(endpoints, port)))
                .min()
                .orElse(0);
    }

    /** What is reachable in both, port by port of this one: what a change has left alone. */
    public Reach keptIn(Reach after) {
        return new Reach(known && after.known, common(targets, after.targets), common(endpoints, after.endpoints));
    }

    /** Whether for every port at least {@code min(floor, what there was)} targets and pods have been kept. */
    public boolean keeps(int floor, Reach kept) {
        return targets.keySet().stream()
                .allMatch(port -> size(kept.targets, port) >= Math.min(floor, size(targets, port))
                        && size(kept.endpoints, port) >= Math.min(floor, size(endpoints, port)));
    }

    private static int size(Map<PortId, Set<String>> map, PortId port) {
        return map.getOrDefault(port, Set.of()).size();
    }

    private static Map<PortId, Set<String>> common(Map<PortId, Set<String>> a, Map<PortId, Set<String>> b) {
        var common = new TreeMap<PortId, Set<String>>();
        a.forEach((port, names) -> {
            var both = new TreeSet<>(names);
            both.retainAll(b.getOrDefault(port, Set.of()));
            common.put(port, both);
        });
        return common;
    }
}
