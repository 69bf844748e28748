package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Floor;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.ArrayList;
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
 * @param leave members that must go, in this order
 * @param reasons why each of them must
 * @param unsuitable why each node that is no member cannot become one
 */
public record NodeChoice(
        List<Member> keep,
        List<NodeView> join,
        List<Member> leave,
        SortedMap<String, LeaveReason> reasons,
        SortedMap<String, String> unsuitable) {

    static NodeChoice of(World world, TrafficView traffic, List<Member> members, Optional<DaemonSet> desired) {
        var reasons = new TreeMap<String, LeaveReason>();
        if (world.goesBack()) {
            members.forEach(m -> reasons.put(m.name(), LeaveReason.TierGoesBack));
            return new NodeChoice(List.of(), List.of(), members, reasons, new TreeMap<>());
        }
        var eligibility = new Eligibility(world, traffic, desired);
        for (Member member : members) {
            LeaveReason.of(world, eligibility, member).ifPresent(why -> reasons.put(member.name(), why));
        }
        var keep = new ArrayList<>(
                members.stream().filter(m -> !reasons.containsKey(m.name())).toList());
        var leave = new ArrayList<>(
                members.stream().filter(m -> reasons.containsKey(m.name())).toList());
        var balance = new ZoneBalance(world);
        for (Optional<Member> victim = surplus(world, traffic, balance, keep);
                victim.isPresent();
                victim = surplus(world, traffic, balance, keep)) {
            reasons.put(victim.get().name(), LeaveReason.ScaleIn);
            keep.remove(victim.get());
            leave.add(victim.get());
        }
        var unsuitable = new TreeMap<String, String>();
        var candidates = candidates(world, members, eligibility, unsuitable);
        boolean surplus = keep.size() >= world.tier().getSpec().nodes().replicas();
        var join = balance.join(surplus ? active(keep) : keep, candidates, missing(world, traffic, keep));
        return new NodeChoice(List.copyOf(keep), join, List.copyOf(leave), reasons, unsuitable);
    }

    /** Whom to give up next; empty where there are no more members than are needed, or none that may be given up. */
    private static Optional<Member> surplus(World world, TrafficView traffic, ZoneBalance balance, List<Member> keep) {
        return missing(world, traffic, keep) < 0 ? balance.giveUp(keep) : Optional.empty();
    }

    /**
     * Members that are missing, or to spare where it is negative. Where {@code minAvailable} would be touched by those
     * that are cordoned and will come back, or by the one whose pod is being replaced, others are needed for as long.
     */
    private static int missing(World world, TrafficView traffic, List<Member> keep) {
        List<Member> active = active(keep);
        int out = Rollout.takesOut(world, traffic, active) ? 1 : 0;
        return Math.max(
                world.tier().getSpec().nodes().replicas() - keep.size(),
                Floor.minAvailable(world) + out - active.size());
    }

    private static List<NodeView> candidates(
            World world, List<Member> members, Eligibility eligibility, Map<String, String> unsuitable) {
        var names = members.stream().map(Member::name).collect(Collectors.toSet());
        var candidates = new ArrayList<NodeView>();
        for (NodeView node : world.nodes().values()) {
            if (!names.contains(node.name())) {
                eligibility
                        .objection(node)
                        .ifPresentOrElse(why -> unsuitable.put(node.name(), why), () -> candidates.add(node));
            }
        }
        return candidates;
    }

    /** Members that stay and are asked to serve. */
    public List<Member> active() {
        return active(keep);
    }

    private static List<Member> active(List<Member> members) {
        return members.stream().filter(m -> !cordoned(m)).toList();
    }

    /** Members that stay and do not serve meanwhile: they leave as far as drained and come back when uncordoned. */
    public List<Member> cordoned() {
        return keep.stream().filter(NodeChoice::cordoned).toList();
    }

    private static boolean cordoned(Member member) {
        return member.claimed() && member.node().unschedulable();
    }

    /** Members that go because their pod did not become ready in time. */
    public Set<String> failed() {
        return reasons.entrySet().stream()
                .filter(e -> e.getValue() == LeaveReason.PodNotReady)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /**
     * A claimed, sound node whose pod never became ready in the time that a claim may take. Never one that was a member
     * when the Services were attached, for it has served: if the pods of all members fail together, giving the nodes up
     * would leave nothing to recover. Nor one that was taken out so that its pod could be replaced. Nor where no pod of
     * the tier exists at all, or none of a new template works anywhere: then it is not for the node, and the next node
     * would fare no better.
     */
    static boolean overdue(World world, Member member) {
        return !member.found()
                && member.labelled()
                && member.node().ready()
                && !member.pod().map(PodView::ready).orElse(false)
                && member.excludedAt().isEmpty()
                && !world.tierPods().isEmpty()
                && !Rollout.unproven(world)
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

    /** What is written on a node whose pod did not become ready with this template. */
    static String failure(World world, String template) {
        return world.name() + "/" + template;
    }

    /** When a claimed member must have had a ready pod. */
    static Optional<Instant> deadline(World world, Member member) {
        // One that has only just been created is not bound to its node yet.
        var pod = member.pod()
                .or(() -> world.tierPods().stream()
                        .filter(p -> p.nodeName().isEmpty())
                        .findFirst());
        return deadline(world, member.claimedAt(), pod.flatMap(PodView::readySince));
    }

    private static Optional<Instant> deadline(World world, Optional<Instant> claimed, Optional<Instant> notReady) {
        return claimed.map(c -> notReady.filter(c::isBefore).orElse(c))
                .map(since -> since.plusSeconds(world.tier().getSpec().rollout().progressDeadlineSeconds()));
    }
}
