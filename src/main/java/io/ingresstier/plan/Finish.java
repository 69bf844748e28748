package io.ingresstier.plan;

import io.ingresstier.world.Marks;
import io.ingresstier.world.TierAction;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Objects;

/** The finalizer is off: always the last write. */
public record Finish() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        List<String> finalizers =
                Objects.requireNonNullElse(world.tier().getMetadata().getFinalizers(), List.of());
        return finalizers.contains(Marks.FINALIZER)
                ? Outcome.act(
                        situation.direction().reason(),
                        "the deletion is being let through",
                        List.of(new TierAction.RemoveFinalizer(
                                world.name(),
                                Objects.requireNonNullElse(
                                        world.tier().getMetadata().getResourceVersion(), ""))))
                : Outcome.done(situation.direction().reason(), "everything is as it was");
    }
}
