package io.ingresstier.plan;

import io.ingresstier.balancer.Departure;
import io.ingresstier.balancer.Departure.Stage;
import io.ingresstier.guard.Ownership;
import io.ingresstier.world.Action;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.Optional;

/**
 * The way out of a member, balancer first: the node is excluded, the pod leaves the Services, what is in flight ends,
 * drains of the node are let go on, then the role label goes and with it the pod; a node without a pod is included
 * again and forgotten. A pod that is not ready has nothing in flight, and leaves the Services all the same: it may
 * become ready while the label goes.
 */
record Leaving(Situation situation, Member member) {

    /** What is to be done next for a member that goes for good; empty while there is something to wait for. */
    Optional<Action> next() {
        if (member.vacant() && (!member.labelled() || (member.found() && !workload()))) {
            return settledAway();
        }
        if (!member.labelled()) {
            return Optional.empty();
        }
        if (stage() != Stage.DRAINED) {
            return untilDrained();
        }
        return outOfServices()
                .or(() -> Anchors.release(situation, member))
                .or(() -> member.found() ? park() : Optional.of(release()));
    }

    /** What is to be done next for a found member that is drained, and has to wait for another before it goes. */
    Optional<Action> meanwhile() {
        return Anchors.release(situation, member).or(this::park);
    }

    /** A pod that is not ready may become so at any moment. */
    private Optional<Action> outOfServices() {
        return Departure.attached(situation.world(), member)
                .findFirst()
                .map(pod -> detach(pod, pod.readySince().filter(since -> !pod.ready())));
    }

    /** What is to be done next for a member that stays drained until it comes back. */
    Optional<Action> untilDrained() {
        return switch (stage()) {
            case PRESENT -> exclude();
            case DEREGISTERED ->
                member.detachedAt().isPresent()
                        ? Optional.empty()
                        : member.pod().map(pod -> detach(pod, Optional.empty()));
            // Between the two the label may have been taken off by somebody, and a node without an endpoint be sent to.
            case EXCLUDED, DRAINING -> member.exclusionUndone() ? exclude() : Optional.empty();
            case DRAINED -> Anchors.release(situation, member);
        };
    }

    private Optional<Action> exclude() {
        return Optional.of(
                new NodeAction.ExcludeNode(member.node(), situation.world().now()));
    }

    /** How far it is. */
    Departure departure() {
        return Departure.of(situation.traffic(), situation.world(), member);
    }

    private Stage stage() {
        return departure().stage();
    }

    /**
     * Whether nothing is left to do for now. A found member is never unlabelled by us: once drained it waits until the
     * DaemonSet is gone. Then it stays a node with the label, and nothing of ours is left on it.
     */
    boolean parked() {
        if (!member.found()) {
            return false;
        }
        return workload()
                ? stage() == Stage.DRAINED
                : member.vacant() && !member.claimed() && member.excludedAt().isEmpty();
    }

    /** Whether the tier's DaemonSet is there; one of somebody else keeps nobody waiting. */
    private boolean workload() {
        World world = situation.world();
        return world.workload().filter(w -> Ownership.owned(world, w)).isPresent();
    }

    private Action release() {
        World world = situation.world();
        return new NodeAction.ReleaseNode(
                member.node(),
                world.tier().getSpec().nodes().label().key(),
                situation.choice().failed().contains(member.name())
                        ? Optional.of(NodeChoice.failure(world, situation.template()))
                        : Optional.empty());
    }

    /**
     * Where an incumbent has come to live beside a pod that waits for the DaemonSet's end, the node is wanted again.
     */
    private Optional<Action> park() {
        return member.excludedAt().isPresent() && situation.traffic().hostsAnother(member)
                ? Optional.of(new NodeAction.IncludeNode(member.node(), Optional.empty()))
                : Optional.empty();
    }

    private Action detach(PodView pod, Optional<Instant> unreadySince) {
        return new PodAction.DetachPod(
                pod, situation.traffic().selectorKeys(pod), situation.world().now(), unreadySince);
    }

    /** What is left to do at a node whose pod is gone. */
    private Optional<Action> settledAway() {
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
