package io.ingresstier.plan;

import io.ingresstier.balancer.Settlement;
import io.ingresstier.world.Action;
import io.ingresstier.world.Answer;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The way back of a member that was leaving and stays after all, in the opposite order: its pod into the Services, and
 * once it is an endpoint the node into the balancers. The other way round a balancer would send to a node without one.
 */
record ComingBack(Optional<Action> action, Optional<Instant> until) {

    private static final ComingBack NOTHING = new ComingBack(Optional.empty(), Optional.empty());

    /** What is to be done next for a member that stays. */
    static ComingBack of(Situation situation, Member member) {
        World world = situation.world();
        if (member.drained()) {
            return act(new NodeAction.UnmarkDrained(member.node()));
        }
        Optional<PodView> pod = member.pod();
        // Who has only just begun to listen cannot tell yet whether the member was taken out because it fell silent,
        // and
        // a node that was off for a moment says that its pods are ready before they are.
        if (pod.filter(world::unheard).isPresent()) {
            return new ComingBack(Optional.empty(), Optional.of(world.now().plus(Answer.FRESH)));
        }
        Optional<PodView> detached = detached(situation, member);
        if (detached.isPresent()) {
            var labels = situation.traffic().selectorLabels();
            return labels.isEmpty()
                    ? NOTHING
                    : act(new PodAction.AttachPod(detached.get(), labels, Optional.of(world.now())));
        }
        if (member.excludedAt().isEmpty()
                || pod.filter(situation.traffic()::endpoint).isEmpty()) {
            return NOTHING;
        }
        // Proxies follow a moment after the endpoint slices, which follow the labels, or a new pod.
        Optional<Instant> followed = Stream.of(member.attachedAt(), pod.flatMap(PodView::readySince))
                .flatMap(Optional::stream)
                .max(Instant::compareTo)
                .map(at -> at.plus(Settlement.FLOOR))
                .filter(world.now()::isBefore);
        return followed.isPresent()
                ? new ComingBack(Optional.empty(), followed)
                : act(new NodeAction.IncludeNode(member.node(), Optional.of(world.now())));
    }

    /** A pod of the member that is out of its Services: the one in view, or another, as that of a surge. */
    static Optional<PodView> detached(Situation situation, Member member) {
        return Stream.concat(
                        member.pod().stream(),
                        situation.world().tierPods().stream()
                                .filter(p -> p.nodeName().equals(member.name()) && !p.terminating()))
                .filter(p -> p.annotations().containsKey(Marks.DETACHED_AT))
                .findFirst();
    }

    private static ComingBack act(Action action) {
        return new ComingBack(Optional.of(action), Optional.empty());
    }
}
