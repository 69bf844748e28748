package io.ingresstier.plan;

import io.ingresstier.api.DeletionPolicy;
import io.ingresstier.api.Reason;
import io.ingresstier.world.World;
import java.util.List;

/** Which way a tier goes: each way is a list of the shared steps, in order. */
public enum Direction {
    /** Towards a tier that serves, and keeping it so. */
    FORWARD(
            Reason.Serving,
            List.of(
                    new Undo(),
                    new Accept(),
                    new Tend(),
                    new Record(),
                    new Workload(),
                    new Anchors(),
                    new Claim(),
                    new Attach(),
                    new Settle(),
                    new Soak(),
                    new Retire())),
    /** Back to what was found: incumbent first, then the Services, then the members one by one. */
    RESTORE(
            Reason.Restoring,
            List.of(
                    new BringBack(),
                    new PutBack(),
                    new Tend(),
                    new Anchors(),
                    new Dismantle(),
                    new Unmark(),
                    new Forget(),
                    new Finish())),
    /** The same while the tier stays, and then held until its specification changes. */
    ROLLBACK(
            Reason.RollingBack,
            List.of(
                    new BringBack(),
                    new PutBack(),
                    new Tend(),
                    new Anchors(),
                    new Dismantle(),
                    new Unmark(),
                    new Hold())),
    /** Away, leaving everything as it runs. */
    RETAIN(Reason.Retaining, List.of(new Anchors(), new Unmark(), new Forget(), new Finish())),
    /** Away from a namespace that goes: its objects go by themselves, and what was put on nodes is taken off. */
    VACATE(Reason.Restoring, List.of(new Tend(), new Unmark(), new Finish())),
    /** As {@link #RETAIN}, in one go, and whatever cannot be written is left. */
    FORCED(Reason.Retaining, List.of(new Anchors(), new Unmark(), new Forget(), new Finish()));

    private final Reason reason;
    private final List<Step> steps;

    Direction(Reason reason, List<Step> steps) {
        this.reason = reason;
        this.steps = steps;
    }

    /** Why steps that several directions share do what they do. */
    public Reason reason() {
        return reason;
    }

    /** The steps in their order. */
    public List<Step> steps() {
        return steps;
    }

    /**
     * The direction of a tier. Without a record that can be believed nothing can be put back, so that everything is
     * left as it runs; where nothing was changed yet, or everything is back, that ends the tier.
     */
    public static Direction of(World world) {
        if (!world.deleted()) {
            return world.rollback().isPresent() ? ROLLBACK : FORWARD;
        }
        if (world.forced()) {
            return FORCED;
        }
        if (world.tier().getSpec().deletionPolicy() == DeletionPolicy.Retain) {
            return RETAIN;
        }
        if (world.namespaceTerminating()) {
            return VACATE;
        }
        return world.recorded().isPresent() ? RESTORE : RETAIN;
    }
}
