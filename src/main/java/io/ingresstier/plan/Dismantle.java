package io.ingresstier.plan;

import io.ingresstier.api.Reason;
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
                            Reason.Restoring,
                            "the DaemonSet is being deleted",
                            List.of(new WorkloadAction.DeleteWorkload(workload.get())))
                    : Outcome.await(Reason.Restoring, "the DaemonSet is going", Optional.empty());
        }
        var marked = situation.members().stream().filter(m -> m.claimed()).toList();
        return marked.isEmpty()
                ? Outcome.done(Reason.Restoring, "the DaemonSet is gone")
                : Outcome.await(
                        Reason.Restoring,
                        "waiting for " + marked.getFirst().name() + " to be forgotten",
                        Optional.empty());
    }
}
