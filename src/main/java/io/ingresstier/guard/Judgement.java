package io.ingresstier.guard;

import io.ingresstier.balancer.TrafficView;
import io.ingresstier.world.Action;
import io.ingresstier.world.World;

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
}
