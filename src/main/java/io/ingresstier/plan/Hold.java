package io.ingresstier.plan;

import io.ingresstier.api.Reason;
import io.ingresstier.guard.Refusal;

/** After a rollback nothing is tried again until the specification changes. */
public record Hold() implements Step {

    @Override
    public Outcome look(Situation situation) {
        String because =
                situation.world().rollback().map(r -> ": " + r.because()).orElse("");
        return Outcome.refuse(new Refusal(
                name(),
                Reason.RolledBack,
                "generation %d was rolled back%s; change the spec to try again"
                        .formatted(situation.world().generation(), because)));
    }
}
