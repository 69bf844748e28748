package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.world.Action;
import io.ingresstier.world.Rival;
import io.ingresstier.world.World;
import io.ingresstier.world.WriteHistory;
import java.time.Instant;
import java.util.Optional;

/**
 * I14: what another writer undoes is written ever more slowly, and at most six times in ten minutes. Two controllers
 * that fight would flood the API server and have the balancer change sides with every blow.
 */
public record BackOff() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        World world = judgement.before();
        Action action = judgement.action();
        return WriteHistory.allowedAt(world, action)
                .filter(at -> at.isAfter(world.now()))
                .flatMap(at -> refuse(Reason.Contested, undone(world, action, at)));
    }

    private static String undone(World world, Action action, Instant at) {
        Optional<String> manager = WriteHistory.manager(world, action);
        return "%s: undone by %s after %d writes, the next is not made before %s%s"
                .formatted(
                        action.sentence(),
                        manager.map("field manager %s"::formatted).orElse("another writer"),
                        WriteHistory.times(world, action).size(),
                        at,
                        manager.flatMap(Rival::of).map(r -> "; " + r.advice()).orElse(""));
    }
}
