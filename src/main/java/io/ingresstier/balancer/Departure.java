package io.ingresstier.balancer;

import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How far a member is on its way out of the balancer, read off the times on the node and its pod.
 *
 * @param stage what has been reached
 * @param until when the stage ends by itself, where it does; when what is drained is {@linkplain #over over}, where
 *     that is not yet
 */
public record Departure(Stage stage, Optional<Instant> until) {

    /** The order of leaving: the balancer first, then the pod, then time for what is in flight. */
    public enum Stage {
        /** Serving; nothing was done yet. */
        PRESENT,
        /** Excluded; the balancer may still send to the node. */
        EXCLUDED,
        /** The balancer has dropped the node; other nodes may still send to its pod. */
        DEREGISTERED,
        /** No new connection reaches the pod; what it has may end. */
        DRAINING,
        /** Nothing is lost when the pod stops now. */
        DRAINED
    }

    /**
     * Whether somebody who does not know of the tier may stop the pod or the machine. A pod that is merely not ready
     * just now may become ready again, and may hold connections from when it was.
     */
    public boolean over() {
        return stage == Stage.DRAINED && until.isEmpty();
    }

    /** How far a member is. */
    public static Departure of(TrafficView traffic, World world, Member member) {
        // The platform and the operator's own probes agree that nobody is there.
        if (member.silent() && member.pod().filter(PodView::serving).isEmpty()) {
            return new Departure(Stage.DRAINED, Optional.empty());
        }
        Optional<Instant> detached =
                end(traffic, member).filter(at -> member.detachedAt().isPresent());
        if (detached.isPresent()) {
            // However late the slices follow: a pod that proxies still send to has not begun to drain.
            if (member.pod().filter(traffic::endpoint).isPresent()) {
                return new Departure(Stage.DRAINING, detached.filter(world.now()::isBefore));
            }
            // What came to it before it failed may be there still, where it has recovered.
            return member.unreadySince().isPresent()
                            && member.pod().filter(PodView::serving).isEmpty()
                    ? new Departure(Stage.DRAINED, detached.filter(world.now()::isBefore))
                    : draining(world, detached.get());
        }
        Optional<PodView> pod = member.pod();
        // A ready pod that is no endpoint just now may become one, and may hold connections from when it was.
        if (pod.isEmpty() || (!pod.get().serving() && !traffic.endpoint(pod.get()))) {
            return new Departure(
                    Stage.DRAINED,
                    pod.filter(p -> member.node().ready() && !p.terminating())
                            .flatMap(PodView::readySince)
                            .map(since -> ended(traffic, since))
                            .filter(world.now()::isBefore));
        }
        if (traffic.hostsAnother(member)) {
            return new Departure(Stage.DEREGISTERED, Optional.empty());
        }
        // What somebody else excluded is not ours to exclude, but the balancer needs its time for it all the same.
        // Where nobody knows since when, it is long ago: the API server's record of it has been erased since.
        if (member.excludedByAnother()) {
            return member.node()
                    .excludedSince()
                    .map(at -> dropped(traffic, world, at))
                    .orElse(new Departure(Stage.DEREGISTERED, Optional.empty()));
        }
        if (member.exclusionUndone()) {
            return new Departure(Stage.PRESENT, Optional.empty());
        }
        // Other nodes, or the balancer itself, send to a silent pod for as long as it is an endpoint: waiting saves
        // nothing, as what they send is lost. Where only its own node does, the pod may be in order after all.
        if (member.silent() && member.excludedAt().isPresent() && !traffic.local()) {
            return new Departure(Stage.DEREGISTERED, Optional.empty());
        }
        return member.excludedAt()
                .map(at -> dropped(traffic, world, at))
                .orElse(new Departure(Stage.PRESENT, Optional.empty()));
    }

    /** When nothing is left of what came to a detached pod. */
    private static Optional<Instant> end(TrafficView traffic, Member member) {
        return member.unreadySince().or(member::detachedAt).map(at -> ended(traffic, at));
    }

    /**
     * When nothing is left of what came to a pod that was an endpoint until then. Slices and proxies follow a moment
     * later; a balancer that sends to pods needs its own time.
     */
    private static Instant ended(TrafficView traffic, Instant until) {
        return until.plus(traffic.podDirect() ? traffic.followBound() : Settlement.FLOOR)
                .plus(traffic.drainWindow());
    }

    /**
     * Pods of the tier on the member's node that may yet become endpoints, now that none of them is one: of a pod that
     * starts, or has failed for a moment, nobody knows when it becomes ready.
     */
    public static Stream<PodView> attached(World world, Member member) {
        return world.tierPods().stream()
                .filter(p -> p.nodeName().equals(member.name()) && !p.terminating())
                .filter(p -> !p.annotations().containsKey(Marks.DETACHED_AT));
    }

    /** No new connection comes to it; what it has may end until then. */
    private static Departure draining(World world, Instant end) {
        return end.isAfter(world.now())
                ? new Departure(Stage.DRAINING, Optional.of(end))
                : new Departure(Stage.DRAINED, Optional.empty());
    }

    private static Departure dropped(TrafficView traffic, World world, Instant excluded) {
        Instant end = excluded.plus(traffic.settleBound());
        return end.isAfter(world.now())
                ? new Departure(Stage.EXCLUDED, Optional.of(end))
                : new Departure(Stage.DEREGISTERED, Optional.empty());
    }
}
