package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.world.Marks;
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
        if (world.goesBack()) {
            return new NodeChoice(List.of(), List.of(), members, Set.of(), new TreeMap<>());
        }
        var failed = members.stream()
                .filter(m -> overdue(world, m) || givenUp(world, m))
                .toList();
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

    /**
     * A claimed, sound node whose pod never became ready in the time that a claim may take. Never one that was a member
     * when the Services were attached, for it has served: if the pods of all members fail together, giving the nodes up
     * would leave nothing to recover.
     */
    private static boolean overdue(World world, Member member) {
        return !member.found()
                && member.labelled()
                && member.node().ready()
                && !member.pod().map(PodView::ready).orElse(false)
                && !attachedSince(world, member)
                && late(world, member);
    }

    private static boolean attachedSince(World world, Member member) {
        return world.attachable().stream()
                .flatMap(s -> s.time(Marks.ATTACHED_AT).stream())
                .anyMatch(at -> member.claimedAt().filter(at::isBefore).isEmpty());
    }

    /** Whether a member's pod should have been ready by now. */
    static boolean late(World world, Member member) {
        return !member.pod().map(PodView::serving).orElse(false)
                && deadline(world, member).filter(d -> !d.isAfter(world.now())).isPresent();
    }

    /**
     * A node that we gave up and released. Without our word for it, a missing label was taken off by somebody, and the
     * node is claimed again.
     */
    private static boolean givenUp(World world, Member member) {
        return !member.labelled()
                && Optional.ofNullable(member.node().annotations().get(Marks.FAILED))
                        .filter(f -> f.startsWith(failure(world, "")))
                        .isPresent();
    }

    /** What is written on a node whose pod did not become ready with this template. */
    static String failure(World world, String template) {
        return world.name() + "/" + template;
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
