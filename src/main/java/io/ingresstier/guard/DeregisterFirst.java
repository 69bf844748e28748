package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Departure;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.world.Action;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.WorkloadAction;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * I3: nothing that may still hold or get connections is stopped: deregistered first, then the drain window, then
 * stopped. Nor does a pod leave its Services while a balancer may still send to its node: in Local mode the node would
 * have no endpoint of its own, and drop every new connection.
 */
public record DeregisterFirst() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        World world = judgement.before();
        TrafficView traffic = judgement.trafficBefore();
        return switch (judgement.action()) {
            case NodeAction.ReleaseNode a ->
                world.members().stream()
                        .filter(m -> m.name().equals(a.node().name()))
                        .flatMap(m -> holds(traffic, world, m))
                        .findFirst()
                        .flatMap(why -> refuse(Reason.NotDrained, "%s: %s".formatted(a.sentence(), why)));
            // The drain that waits for the anchor stops the pod, or the node with it.
            case PodAction.ReleaseAnchor a ->
                world.members().stream()
                        .filter(m -> m.name().equals(a.pod().nodeName()))
                        .filter(m -> !Departure.of(traffic, world, m).over())
                        .findFirst()
                        .flatMap(m -> refuse(
                                Reason.NotDrained,
                                "%s: the pod on node %s has not been drained".formatted(a.sentence(), m.name())));
            case WorkloadAction.DeleteWorkload a ->
                world.members().stream()
                        .flatMap(m -> holds(traffic, world, m))
                        .findFirst()
                        .flatMap(why -> refuse(Reason.NotDrained, "%s: %s".formatted(a.sentence(), why)));
            case PodAction.DetachPod a -> tooEarly(judgement, a);
            case PodAction.RestartPod a ->
                judgement
                        .memberOf(a.pod())
                        .filter(m -> drained(traffic, world, m))
                        .findFirst()
                        .map(m -> Optional.<Refusal>empty())
                        .orElseGet(() -> refuse(Reason.NotDrained, a.sentence() + ": it has not been drained"));
            case OriginalsAction.RecordRetired a -> outOfServices(world, traffic, a);
            case IncumbentAction.ScaleIncumbent a -> outOfServices(world, traffic, a);
            default -> Optional.empty();
        };
    }

    /** What the end of a member's pods would cost. */
    private static Stream<String> holds(TrafficView traffic, World world, Member member) {
        return drained(traffic, world, member)
                ? Departure.attached(world, member)
                        .map(p -> "pod %s on node %s may become ready meanwhile: it has not left its Services"
                                .formatted(p.key(), member.name()))
                : Stream.of("the pod on node %s has not been drained".formatted(member.name()));
    }

    private static boolean drained(TrafficView traffic, World world, Member member) {
        return Departure.of(traffic, world, member).stage() == Departure.Stage.DRAINED;
    }

    private Optional<Refusal> tooEarly(Judgement judgement, PodAction.DetachPod action) {
        return judgement
                .memberOf(action.pod())
                .flatMap(m -> tooEarly(judgement, m, action.pod()))
                .findFirst()
                .flatMap(why -> refuse(Reason.NotDrained, "%s: %s".formatted(action.sentence(), why)));
    }

    private static Stream<String> tooEarly(Judgement judgement, Member member, PodView planned) {
        if (!planned.ready() && member.pod().filter(PodView::ready).isPresent()) {
            return Stream.of("it has become ready");
        }
        return judgement.trafficBefore().nodeBacked()
                        && judgement.stage(member).compareTo(Departure.Stage.DEREGISTERED) < 0
                ? Stream.of("a balancer may still send to node " + member.name())
                : Stream.of();
    }

    private Optional<Refusal> outOfServices(World world, TrafficView traffic, Action action) {
        return world.incumbentPods().stream().noneMatch(PodView::serving) || outOfServices(world, traffic)
                ? Optional.empty()
                : refuse(
                        Reason.NotDrained,
                        action.sentence() + ": its pods have not been out of the Services for the drain window");
    }

    /**
     * Whether every listed Service was narrowed so long ago that the balancer has followed and connections have ended.
     */
    private static boolean outOfServices(World world, TrafficView traffic) {
        return world.attachable().stream()
                        .allMatch(s -> narrowedAt(s)
                                .map(at -> at.plus(traffic.followBound()).plus(traffic.drainWindow()))
                                .filter(end -> !end.isAfter(world.now()))
                                .isPresent())
                && world.incumbentPods().stream().noneMatch(traffic::endpoint);
    }

    private static Optional<Instant> narrowedAt(ServiceView service) {
        return service.time(Marks.NARROWED_AT);
    }
}
