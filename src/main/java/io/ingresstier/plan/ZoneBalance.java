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
import java.util.Optional;
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
     * Which of the members to give up first, except labels that were found and are still there: an unhealthy one, then
     * one of the fullest zone, then the youngest.
     */
    Optional<Member> giveUp(Collection<Member> members) {
        var zones = zones(members);
        ToIntFunction<Member> fill = m -> zones.getOrDefault(zone(m), 0);
        return members.stream()
                .filter(m -> !m.found() || !m.labelled())
                .min(Comparator.comparing(Member::healthy)
                        .thenComparing(Comparator.comparingInt(fill).reversed())
                        .thenComparing((Member m) -> m.claimedAt().orElse(Instant.EPOCH), Comparator.reverseOrder())
                        .thenComparing(Member::name));
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
