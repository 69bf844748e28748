package io.ingresstier.guard;

import io.ingresstier.world.Action;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.World;
import java.util.Optional;

/** I12: while many members have failed together nothing that serves is removed; additions go on. */
public record Brake() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        World world = judgement.before();
        Action action = judgement.action();
        // A tier that goes back does so because a person or a failed takeover says so.
        return action.takesAway() && removes(action) && !world.goesBack()
                ? MassFailure.of(world)
                        .map(MassFailure::refusal)
                        .map(r -> new Refusal(r.by(), r.reason(), action.sentence() + ": " + r.message()))
                : Optional.empty();
    }

    private static boolean removes(Action action) {
        return action instanceof NodeAction
                || action instanceof PodAction
                || action instanceof IncumbentAction
                || action instanceof ServiceAction.NarrowSelector;
    }
}
