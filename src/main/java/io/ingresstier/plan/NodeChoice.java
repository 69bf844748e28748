package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which nodes are members. Current members first, so that nothing moves without a reason; then balance over the
 * topology key, then nodes without a pod of the incumbent, then the name. The same picture always gives the same
 * choice.
 *
 * @param keep members that stay
 * @param join nodes to claim, in this order
 * @param leave members that must go
 * @param failed those of them whose pod did not become ready in time
 * @param unsuitable why each node that is no member cannot become one
 */
public record NodeChoice(
        List<Member> keep,
        List<NodeView> join,
        List<Member> leave,
        Set<String> failed,
        SortedMap<String, String> unsuitable) {

    static NodeChoice of(World world, TrafficView traffic, List<Member> members, Optional<DaemonSet> desired) {
        if (world.deleted()) {
            return new NodeChoice(List.of(), List.of(), members, Set.of(), new TreeMap<>());
        }
        var failed =
                members.stream().filter(m -> overdue(world, m) || !m.labelled()).toList();
        var keep = members.stream().filter(m -> !failed.contains(m)).toList();
        var unsuitable = new TreeMap<String, String>();
        var candidates = new ArrayList<NodeView>();
        var names = members.stream().map(Member::name).collect(Collectors.toSet());
        var eligibility = new Eligibility(world, traffic, desired);
        for (NodeView node : world.nodes().values()) {
            if (!names.contains(node.name())) {
                eligibility
                        .objection(node)
                        .ifPresentOrElse(why -> unsuitable.put(node.name(), why), () -> candidates.add(node));
            }
        }
        int wanted = world.tier().getSpec().nodes().replicas() - keep.size();
        return new NodeChoice(
                keep,
                balanced(world, keep, candidates, wanted),
                failed,
                failed.stream().filter(m -> overdue(world, m)).map(Member::name).collect(Collectors.toSet()),
                unsuitable);
    }

    /** A pod on a sound node that has not been ready for as long as a claim may take. */
    private static boolean overdue(World world, Member member) {
        Optional<Instant> notReadySince =
                member.pod().flatMap(PodView::readySince).or(member::claimedAt);
        return !member.found()
                && member.labelled()
                && member.node().ready()
                && !member.pod().map(PodView::ready).orElse(false)
                && deadline(world, member.claimedAt(), notReadySince)
                        .filter(d -> !d.isAfter(world.now()))
                        .isPresent();
    }

    /** When a claimed member must have had a ready pod. */
    static Optional<Instant> deadline(World world, Member member) {
        return deadline(world, member.claimedAt(), member.pod().flatMap(PodView::readySince));
    }

    private static Optional<Instant> deadline(World world, Optional<Instant> claimed, Optional<Instant> notReady) {
        return claimed.map(c -> notReady.filter(c::isBefore).orElse(c))
                .map(since -> since.plusSeconds(world.tier().getSpec().rollout().progressDeadlineSeconds()));
    }

    private static List<NodeView> balanced(World world, List<Member> keep, List<NodeView> candidates, int wanted) {
        String key = world.tier().getSpec().nodes().topologyKey();
        var incumbents = world.incumbentPods().stream().map(PodView::nodeName).collect(Collectors.toSet());
        Map<String, Integer> members = new TreeMap<>();
        keep.forEach(m -> members.merge(zone(m.node(), key), 1, Integer::sum));
        var left = new ArrayList<>(candidates);
        var join = new ArrayList<NodeView>();
        while (join.size() < wanted && !left.isEmpty()) {
            NodeView next = java.util.Collections.min(
                    left,
                    Comparator.comparing((NodeView n) -> members.getOrDefault(zone(n, key), 0))
                            .thenComparing(n -> incumbents.contains(n.name()))
                            .thenComparing(NodeView::name));
            left.remove(next);
            join.add(next);
            members.merge(zone(next, key), 1, Integer::sum);
        }
        return List.copyOf(join);
    }

    /** The node's zone; nodes without the label form one zone together. */
    public static String zone(NodeView node, String topologyKey) {
        return node.labels().getOrDefault(topologyKey, "");
    }
}
