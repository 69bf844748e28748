package io.ingresstier.plan;

import io.ingresstier.guard.Ownership;
import io.ingresstier.world.WorkloadAction;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Optional;

/** The DaemonSet is gone, and so is every mark on nodes. */
public record Dismantle() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        var workload = world.workload().filter(w -> Ownership.owned(world, w));
        if (workload.isPresent()) {
            return workload.get().getMetadata().getDeletionTimestamp() == null
                    ? Outcome.act(
                            situation.direction().reason(),
                            "the DaemonSet is being deleted",
                            List.of(new WorkloadAction.DeleteWorkload(workload.get())))
                    : Outcome.await(situation.direction().reason(), "the DaemonSet is going", Optional.empty());
        }
        var marked = situation.members().stream().filter(m -> m.claimed()).toList();
        return marked.isEmpty()
                ? Outcome.done(situation.direction().reason(), "the DaemonSet is gone")
                : Outcome.await(
                        situation.direction().reason(),
                        "waiting for " + marked.getFirst().name() + " to be forgotten",
                        Optional.empty());
    }
}
