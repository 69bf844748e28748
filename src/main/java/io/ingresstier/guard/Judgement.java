package io.ingresstier.guard;

import io.ingresstier.balancer.Departure;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.world.Action;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One write with the picture before it and, at the worst, after it.
 *
 * @param before the picture that the write was decided on
 * @param trafficBefore who gets traffic in it
 * @param after what the platform may make of the write at once
 * @param trafficAfter who gets traffic then
 */
public record Judgement(World before, TrafficView trafficBefore, Action action, World after, TrafficView trafficAfter) {

    /** The case of one write in one picture. */
    public static Judgement of(World world, Action action) {
        var after = world.after(action);
        return new Judgement(world, TrafficView.of(world), action, after, TrafficView.of(after));
    }

    /**
     * The same where a silent member that is taken out counts as serving, as the platform says: the operator's own
     * probes may be wrong about it, and then it would be missed.
     */
    Judgement believing() {
        Optional<String> node = takenOut();
        return before.members().stream()
                .filter(m -> m.silent() && node.filter(m.name()::equals).isPresent())
                .flatMap(m -> m.pod().stream())
                .findFirst()
                .map(pod -> of(before.believing(pod), action))
                .orElse(this);
    }

    /** The member that a pod is of, with the pod as it is now in view and not as it was when the write was planned. */
    Stream<Member> memberOf(PodView planned) {
        return before.pods().stream()
                .filter(p -> p.key().equals(planned.key()))
                .flatMap(p -> before.members().stream()
                        .filter(m -> m.name().equals(p.nodeName()))
                        .map(m -> m.with(p)));
    }

    /** How far a member is on its way out. */
    Departure.Stage stage(Member member) {
        return Departure.of(trafficBefore, before, member).stage();
    }

    /** The node of the member that is taken out by the write. */
    Optional<String> takenOut() {
        return switch (action) {
            case NodeAction.ExcludeNode a -> Optional.of(a.node().name());
            case PodAction.DetachPod a -> Optional.of(a.pod().nodeName());
            default -> Optional.empty();
        };
    }
}
