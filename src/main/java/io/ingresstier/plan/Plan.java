package io.ingresstier.plan;

import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Action;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What to do now and why.
 *
 * @param looked every step of the direction with its outcome, in order
 * @param actions the writes to make, in order; each has passed the guards on the picture that the ones before it leave
 * @param refusals writes that guards held back
 * @param lookAgainAt when to plan anew if nothing happens before
 */
public record Plan(
        Direction direction,
        Situation situation,
        List<Looked> looked,
        List<Action> actions,
        List<Refusal> refusals,
        Optional<Instant> lookAgainAt) {

    public Plan {
        looked = List.copyOf(looked);
        actions = List.copyOf(actions);
        refusals = List.copyOf(refusals);
    }

    /** The outcome of a step, where the direction has it. */
    public <S extends Step> Optional<Outcome> outcome(Class<S> step) {
        return looked.stream()
                .filter(l -> step.isInstance(l.step()))
                .map(Looked::outcome)
                .findFirst();
    }

    /** The first step that is not done; empty once all are. */
    public Optional<Looked> current() {
        return looked.stream().filter(l -> !l.outcome().done()).findFirst();
    }
}
