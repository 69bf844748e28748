package io.ingresstier.plan;

import io.ingresstier.api.Reason;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Action;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a step says of the picture. A step may act and wait at the same time.
 *
 * @param done the step has nothing left to do
 * @param passable later steps may act although this one is not done
 * @param actions what it wants to write, in order
 * @param lookAgainAt when something is due that no event will announce
 * @param reason where it stands
 * @param message the same of the objects at hand
 * @param refusal what keeps it from going on until somebody or something changes
 */
public record Outcome(
        boolean done,
        boolean passable,
        List<Action> actions,
        Optional<Instant> lookAgainAt,
        Reason reason,
        String message,
        Optional<Refusal> refusal) {

    public Outcome {
        actions = List.copyOf(actions);
    }

    /** Nothing left to do. */
    public static Outcome done(Reason reason, String message) {
        return new Outcome(true, true, List.of(), Optional.empty(), reason, message, Optional.empty());
    }

    /** Something to write. */
    public static Outcome act(Reason reason, String message, List<? extends Action> actions) {
        return new Outcome(false, false, List.copyOf(actions), Optional.empty(), reason, message, Optional.empty());
    }

    /** Something to wait for that an event will announce, or time. */
    public static Outcome await(Reason reason, String message, Optional<Instant> until) {
        return new Outcome(false, false, List.of(), until, reason, message, Optional.empty());
    }

    /** Held until somebody or something changes. */
    public static Outcome refuse(Refusal refusal) {
        return new Outcome(
                false, false, List.of(), Optional.empty(), refusal.reason(), refusal.message(), Optional.of(refusal));
    }

    /** The same, and later steps may act. */
    public Outcome letPass() {
        return new Outcome(done, true, actions, lookAgainAt, reason, message, refusal);
    }

    /** The same, to be looked at again then. */
    public Outcome until(Optional<Instant> when) {
        return new Outcome(done, passable, actions, when, reason, message, refusal);
    }
}
