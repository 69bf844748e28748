package io.ingresstier.plan;

import io.ingresstier.api.Mode;
import io.ingresstier.guard.Guard;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Action;
import io.ingresstier.world.World;
import io.ingresstier.world.WriteHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** From a picture to the next writes. Pure: the same picture always gives the same plan. */
public final class Planner {

    private Planner() {}

    /** Looks at every step, lets those act whose turn it is, and puts every write before the guards. */
    public static Plan plan(World world) {
        return plan(Situation.of(world));
    }

    /** The same for a picture that has been looked at already. */
    static Plan plan(Situation situation) {
        World world = situation.world();
        var direction = Direction.of(world);
        var looked = direction.steps().stream()
                .map(step -> new Looked(step, step.look(situation)))
                .toList();
        var refusals = new ArrayList<Refusal>();
        boolean writes = world.tier().getSpec().mode() == Mode.Apply || direction == Direction.FORCED;
        var wanted = writes ? wanted(looked) : List.<Action>of();
        var actions = judged(world, wanted, refusals);
        var due = new ArrayList<Instant>();
        looked.forEach(l -> l.outcome().lookAgainAt().ifPresent(due::add));
        wanted.forEach(action -> WriteHistory.allowedAt(world, action).ifPresent(due::add));
        WriteHistory.calmAt(world).ifPresent(due::add);
        return new Plan(
                direction,
                situation,
                looked,
                actions,
                refusals,
                due.stream().filter(world.now()::isBefore).min(Instant::compareTo));
    }

    /** What the steps whose turn it is want to write, in order, whatever the guards say. */
    static List<Action> wanted(List<Looked> looked) {
        var wanted = new ArrayList<Action>();
        for (Looked each : looked) {
            wanted.addAll(each.outcome().actions());
            if (!each.outcome().done() && !each.outcome().passable()) {
                break;
            }
        }
        return wanted;
    }

    /** Folds the writes one after another through the guards; at most one takes something away, and it is the last. */
    private static List<Action> judged(World world, List<Action> wanted, List<Refusal> refusals) {
        var allowed = new ArrayList<Action>();
        World picture = world;
        for (Action action : wanted) {
            var refusal = Guard.judge(picture, action);
            if (refusal.isPresent()) {
                refusals.add(refusal.get());
                continue;
            }
            allowed.add(action);
            picture = picture.after(action);
            if (action.takesAway()) {
                break;
            }
        }
        return allowed;
    }
}
