package io.ingresstier.plan;

import io.ingresstier.api.DeletionPolicy;
import io.ingresstier.world.World;
import java.util.List;

/** Which way a tier goes: each way is a list of the shared steps, in order. */
public enum Direction {
    /** Towards a tier that serves, and keeping it so. */
    FORWARD(List.of(
            new Accept(),
            new Record(),
            new Workload(),
            new Claim(),
            new Attach(),
            new Settle(),
            new Soak(),
            new Retire())),
    /** Back to what was found: incumbent first, then the Services, then the members one by one. */
    RESTORE(List.of(
            new BringBack(), new PutBack(), new Tend(), new Dismantle(), new Unmark(), new Forget(), new Finish())),
    /** Away, leaving everything as it runs. */
    RETAIN(List.of(new Unmark(), new Forget(), new Finish()));

    private final List<Step> steps;

    Direction(List<Step> steps) {
        this.steps = steps;
    }

    /** The steps in their order. */
    public List<Step> steps() {
        return steps;
    }

    /**
     * The direction of a tier. Without its originals nothing can be put back, so that everything is left as it runs.
     */
    public static Direction of(World world) {
        if (!world.deleted()) {
            return FORWARD;
        }
        boolean lost = world.originals().isEmpty() && !world.written().isEmpty();
        return world.tier().getSpec().deletionPolicy() == DeletionPolicy.Retain || lost ? RETAIN : RESTORE;
    }
}
