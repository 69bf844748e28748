package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.TierAction;
import io.ingresstier.world.World;
import java.util.Optional;

/**
 * I9: nothing is taken away on ignorance. node-feature-discovery unlabelled 4,000 nodes on an incomplete cache (its
 * #1802). Nor is anything forgotten: marks that cannot be seen would stay for ever.
 */
public record KnownWorld() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        World world = judgement.before();
        boolean forgets = switch (judgement.action()) {
            case OriginalsAction.ForgetOriginals ignored -> true;
            case TierAction.RemoveFinalizer ignored -> true;
            default -> false;
        };
        return judgement.action().takesAway() || (forgets && !world.forced()) ? broken(world) : Optional.empty();
    }

    @Override
    public Optional<Refusal> broken(World world) {
        return world.unknown().isEmpty()
                ? Optional.empty()
                : refuse(Reason.StaleView, "not read yet or out of date: " + world.unknown());
    }
}
