package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.api.Reason;
import io.ingresstier.workload.DaemonSetDrift;
import io.ingresstier.world.WorkloadAction;
import java.util.List;
import java.util.Optional;

/** The DaemonSet is as rendered. No pod of it runs before a node has the label. */
public record Workload() implements Step {

    @Override
    public Outcome look(Situation situation) {
        Optional<DaemonSet> desired = situation.desired();
        if (desired.isEmpty()) {
            return Outcome.await(
                    Reason.ApplyingWorkload,
                    "there is no pod template to inherit; create the Deployment anew or give controller.image and controller.serviceAccountName",
                    Optional.empty());
        }
        boolean current = situation
                .world()
                .workload()
                .filter(live -> DaemonSetDrift.asRendered(live, desired.get()))
                .isPresent();
        return current
                ? Outcome.done(Reason.WorkloadAvailable, Reason.WorkloadAvailable.sentence())
                : Outcome.act(
                        Reason.ApplyingWorkload,
                        "the DaemonSet is being applied",
                        List.of(new WorkloadAction.ApplyWorkload(desired.get())));
    }
}
