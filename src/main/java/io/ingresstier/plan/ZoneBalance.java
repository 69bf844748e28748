package io.ingresstier.plan;

import io.ingresstier.world.Member;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Whom to add and whom to give up so that members are spread over the zones as evenly as can be. */
final class ZoneBalance {

    private final String topologyKey;
    private final Set<String> incumbentNodes;

    ZoneBalance(World world) {
        topologyKey = world.tier().getSpec().nodes().topologyKey();
        incumbentNodes = world.incumbentPods().stream().map(PodView::nodeName).collect(Collectors.toSet());
    }

    /** So many of the candidates: the emptiest zone first, then nodes without a pod of the incumbent, then by name. */
    List<NodeView> join(Collection<Member> members, Collection<NodeView> candidates, int count) {
        var zones = zones(members);
        var left = new ArrayList<>(candidates);
        var join = new ArrayList<NodeView>();
        while (join.size() < count && !left.isEmpty()) {
            NodeView next = Collections.min(
                    left,
                    Comparator.comparing((NodeView n) -> zones.getOrDefault(n.zone(topologyKey), 0))
                            .thenComparing(n -> incumbentNodes.contains(n.name()))
                            .thenComparing(NodeView::name));
            left.remove(next);
            join.add(next);
            zones.merge(next.zone(topologyKey), 1, Integer::sum);
        }
        return List.copyOf(join);
    }

    /**
     * So many of the members, except labels that were found and are still there: unhealthy ones first, then from the
     * fullest zone, then the youngest.
     */
    List<Member> giveUp(Collection<Member> members, int count) {
        var zones = zones(members);
        var left = new ArrayList<>(
                members.stream().filter(m -> !m.found() || !m.labelled()).toList());
        var victims = new ArrayList<Member>();
        while (victims.size() < count && !left.isEmpty()) {
            ToIntFunction<Member> fill = m -> zones.getOrDefault(zone(m), 0);
            Member next = Collections.min(
                    left,
                    Comparator.comparing(Member::healthy)
                            .thenComparing(Comparator.comparingInt(fill).reversed())
                            .thenComparing((Member m) -> m.claimedAt().orElse(Instant.EPOCH), Comparator.reverseOrder())
                            .thenComparing(Member::name));
            left.remove(next);
            victims.add(next);
            zones.merge(zone(next), -1, Integer::sum);
        }
        return List.copyOf(victims);
    }

    private Map<String, Integer> zones(Collection<Member> members) {
        var zones = new TreeMap<String, Integer>();
        members.forEach(m -> zones.merge(zone(m), 1, Integer::sum));
        return zones;
    }

    private String zone(Member member) {
        return member.node().zone(topologyKey);
    }
}
