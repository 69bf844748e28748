package io.ingresstier.plan;

import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.World;
import java.util.List;

/** The record of what was found is gone: nothing needs it any more. */
public record Forget() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        return world.originals()
                .map(o -> Outcome.act(
                        situation.direction().reason(),
                        "the record is being deleted",
                        List.of(new OriginalsAction.ForgetOriginals(o))))
                .map(outcome -> situation.direction() == Direction.FORCED ? outcome.letPass() : outcome)
                .orElseGet(() -> Outcome.done(situation.direction().reason(), "the record is gone"));
    }
}
