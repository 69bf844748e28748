package io.ingresstier.plan;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Departure;
import io.ingresstier.guard.Ownership;
import io.ingresstier.world.Action;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Members that must go leave the balancer first: the node is excluded, the pod leaves the Services, what is in flight
 * ends, then the role label goes and with it the pod; a node without a pod is included again and forgotten.
 */
public record Tend() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        var actions = new ArrayList<Action>();
        var due = new ArrayList<Instant>();
        if (!world.goesBack() && !mayRetire(situation)) {
            // The incumbent's pods must not stay out of the Services for nothing.
            world.attachable().stream()
                    .filter(s -> s.annotations().containsKey(Marks.NARROWED_AT))
                    .filter(s -> world.incumbentPods().stream().anyMatch(PodView::serving))
                    .map(ServiceAction.WidenSelector::new)
                    .forEach(actions::add);
        }
        var leavers = new ArrayList<>(situation.choice().leave());
        leavers.sort(Comparator.comparing(Member::leaving).reversed().thenComparing(Member::name));
        for (Member member : leavers) {
            next(situation, member).ifPresent(actions::add);
            Departure.of(situation.traffic(), world, member).until().ifPresent(due::add);
        }
        for (Member member : situation.choice().keep()) {
            if (member.leaving()) {
                var back = ComingBack.of(situation, member);
                back.action().ifPresent(actions::add);
                back.until().ifPresent(due::add);
            }
        }
        List<String> left = leavers.stream()
                .filter(m -> !parked(situation, m))
                .map(Member::name)
                .toList();
        if (left.isEmpty() && actions.isEmpty() && due.isEmpty()) {
            return Outcome.done(Reason.Leaving, "no member is on its way out");
        }
        var outcome = Outcome.act(Reason.Leaving, "leaving: " + String.join(", ", left), actions);
        return outcome.until(due.stream().min(Instant::compareTo));
    }

    /** Whether the incumbent can be retired as things are; Retire itself waits for the same. */
    private static boolean mayRetire(Situation situation) {
        return situation.accepted()
                && Stream.of(new Claim(), new Attach(), new Settle())
                        .allMatch(step -> step.look(situation).done());
    }

    /**
     * A found member is never unlabelled by us: once drained it waits until the DaemonSet is gone. Then it stays a node
     * with the label, and nothing of ours is left on it.
     */
    private static boolean parked(Situation situation, Member member) {
        if (!member.found()) {
            return false;
        }
        return workload(situation.world())
                ? Departure.of(situation.traffic(), situation.world(), member).stage() == Departure.Stage.DRAINED
                : member.vacant() && !member.claimed() && member.excludedAt().isEmpty();
    }

    /** Whether the tier's DaemonSet is there; one of somebody else keeps nobody waiting. */
    private static boolean workload(World world) {
        return world.workload().filter(w -> Ownership.owned(world, w)).isPresent();
    }

    private static Optional<Action> next(Situation situation, Member member) {
        World world = situation.world();
        if (member.vacant() && (!member.labelled() || (member.found() && !workload(world)))) {
            return settledAway(situation, member);
        }
        if (!member.labelled()) {
            return Optional.empty();
        }
        return switch (Departure.of(situation.traffic(), world, member).stage()) {
            case PRESENT -> Optional.of(new NodeAction.ExcludeNode(member.node(), world.now()));
            case EXCLUDED, DRAINING -> Optional.empty();
            case DEREGISTERED -> detach(situation, member);
            case DRAINED ->
                member.found()
                        ? park(situation, member)
                        : Optional.of(new NodeAction.ReleaseNode(
                                member.node(),
                                world.tier().getSpec().nodes().label().key(),
                                situation.choice().failed().contains(member.name())
                                        ? Optional.of(NodeChoice.failure(world, situation.template()))
                                        : Optional.empty()));
        };
    }

    /**
     * A pod that waits for the DaemonSet's end must not come back as an endpoint; and where an incumbent has come to
     * live beside it, the node is wanted by the balancer again.
     */
    private static Optional<Action> park(Situation situation, Member member) {
        return detach(situation, member)
                .or(() -> member.excludedAt().isPresent() && situation.traffic().hostsAnother(member)
                        ? Optional.of(new NodeAction.IncludeNode(member.node(), Optional.empty()))
                        : Optional.empty());
    }

    private static Optional<Action> detach(Situation situation, Member member) {
        return member.detachedAt().isPresent()
                ? Optional.empty()
                : member.pod()
                        .map(pod -> new PodAction.DetachPod(
                                pod,
                                situation.traffic().selectorKeys(pod),
                                situation.world().now()));
    }

    /** What is left to do at a node whose pod is gone. */
    private static Optional<Action> settledAway(Situation situation, Member member) {
        if (member.excludedAt().isPresent()) {
            return Optional.of(new NodeAction.IncludeNode(member.node(), Optional.empty()));
        }
        // What was written when the node was given up stays, so that it is not chosen again for this template.
        Optional<String> failed = situation.world().deleted()
                ? Optional.empty()
                : Optional.ofNullable(member.node().annotations().get(Marks.FAILED));
        return member.claimed() ? Optional.of(new NodeAction.RemoveMarks(member.node(), failed)) : Optional.empty();
    }
}
