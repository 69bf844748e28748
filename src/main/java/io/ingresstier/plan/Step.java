package io.ingresstier.plan;

/**
 * One step of a tier's life. Whether it is done is read off the picture, never remembered, so that the same steps do
 * takeover, steady state, repair and recovery from a crash at any point.
 */
public sealed interface Step
        permits Undo,
                Accept,
                Record,
                Workload,
                Anchors,
                Claim,
                Attach,
                Settle,
                Soak,
                Retire,
                Tend,
                BringBack,
                PutBack,
                Dismantle,
                Unmark,
                Hold,
                Forget,
                Finish {

    /** Where the step stands and what it wants to write. */
    Outcome look(Situation situation);

    /** The step's name, as in conditions and logs. */
    default String name() {
        return getClass().getSimpleName();
    }
}
