package io.ingresstier.plan;

import io.ingresstier.api.Reason;

/**
 * Does the spec fit the cluster? Before the first write a no stops everything; later it stops Attach and Retire only.
 */
public record Accept() implements Step {

    @Override
    public Outcome look(Situation situation) {
        return situation
                .objection()
                .map(refusal -> situation.started() ? Outcome.refuse(refusal).letPass() : Outcome.refuse(refusal))
                .orElseGet(() -> Outcome.done(Reason.Accepted, Reason.Accepted.sentence()));
    }
}
