package io.ingresstier.guard;

import io.ingresstier.balancer.TrafficView;
import io.ingresstier.world.Action;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.World;
import java.util.Optional;

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

    /** The node of the member that is taken out by the write. */
    Optional<String> takenOut() {
        return switch (action) {
            case NodeAction.ExcludeNode a -> Optional.of(a.node().name());
            case PodAction.DetachPod a -> Optional.of(a.pod().nodeName());
            default -> Optional.empty();
        };
    }
}
