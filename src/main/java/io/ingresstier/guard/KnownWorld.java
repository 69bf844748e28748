package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.world.World;
import java.util.Optional;

/**
 * I9: nothing is taken away on ignorance. node-feature-discovery unlabelled 4,000 nodes on an incomplete cache (its
 * #1802).
 */
public record KnownWorld() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        return judgement.action().takesAway() ? broken(judgement.before()) : Optional.empty();
    }

    @Override
    public Optional<Refusal> broken(World world) {
        return world.unknown().isEmpty()
                ? Optional.empty()
                : refuse(Reason.StaleView, "not read yet or out of date: " + world.unknown());
    }
}
