package io.ingresstier.plan;

import io.ingresstier.api.FewerReplicas;
import io.ingresstier.api.Reason;
import io.ingresstier.guard.Ownership;
import io.ingresstier.guard.Refusal;
import io.ingresstier.workload.Objections;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ScalerView;
import io.ingresstier.world.World;
import java.util.Optional;

/** Whether {@code controller} fits the cluster: the Deployment that is replaced and the DaemonSet that replaces it. */
record ControllerAcceptance(World world) {

    Optional<Refusal> objection() {
        return new Bootstrap(world)
                .objection()
                .or(this::terminating)
                .or(this::template)
                .or(this::workload)
                .or(this::scaled)
                .or(this::size);
    }

    private Optional<Refusal> terminating() {
        return world.incumbent()
                .filter(i -> i.terminating() && !started())
                .flatMap(i -> Acceptance.refuse(
                        Reason.IncumbentNotFound,
                        "Deployment %s is being deleted; create it again once it is gone, or name another one in controller.incumbentRef"
                                .formatted(i.key())));
    }

    private boolean started() {
        return world.originals().isPresent() || world.marked();
    }

    /**
     * KEDA wakes a target at zero by itself, and puts back the number that it was paused at: the incumbent would never
     * stay retired.
     */
    private Optional<Refusal> scaled() {
        return world.scalers().stream()
                .filter(s -> s.kind() == ScalerView.Kind.ScaledObject && !s.resting())
                .findFirst()
                .flatMap(s -> Acceptance.refuse(
                        Reason.IncumbentScaled,
                        "ScaledObject %s scales Deployment %s and would wake it again; annotate it with autoscaling.keda.sh/paused: \"true\" and take autoscaling.keda.sh/paused-replicas off, or delete it"
                                .formatted(s.key(), s.target())));
    }

    /**
     * An incumbent without a ready pod cannot be compared with the members in the soak; one at zero replicas is as
     * none. Only before the first write: later the members are there to take over what it lost.
     */
    Optional<Refusal> unready() {
        return world.incumbent()
                .filter(i -> i.replicas() > 0 && !started())
                .filter(i -> world.incumbentPods().stream().noneMatch(PodView::serving))
                .flatMap(i -> Acceptance.refuse(
                        Reason.IncumbentNotReady,
                        "Deployment %s asks for %d replicas and has no ready pod; repair it, or scale it to zero if it serves nothing"
                                .formatted(i.key(), i.replicas())));
    }

    /** The Deployment that is replaced. */
    static ObjectKey incumbentKey(World world) {
        var controller = world.tier().getSpec().controller();
        String name = controller.incumbentRef() == null
                ? controller.name()
                : controller.incumbentRef().name();
        return new ObjectKey(controller.namespace(), name);
    }

    /** What is inherited must be able to wait before it stops, and be taken by server-side apply. */
    private Optional<Refusal> template() {
        return new Bootstrap(world)
                .replaced().stream()
                        .flatMap(i -> Objections.to(i.template()).stream()
                                .map(why -> "Deployment %s: %s".formatted(i.key(), why)))
                        .findFirst()
                        .flatMap(message -> Acceptance.refuse(Reason.TemplateUnfit, message));
    }

    private Optional<Refusal> workload() {
        return world.workload()
                .filter(found -> !Ownership.owned(world, found))
                .flatMap(found -> Acceptance.refuse(
                        Reason.WorkloadNotOurs,
                        "DaemonSet %s exists and was not made by this tier; delete it or choose another controller.name"
                                .formatted(ObjectKey.of(found))));
    }

    private Optional<Refusal> size() {
        int replicas = world.tier().getSpec().nodes().replicas();
        int incumbent =
                new Bootstrap(world).replaced().map(IncumbentView::replicas).orElse(0);
        if (replicas < incumbent && world.tier().getSpec().rollout().fewerReplicas() == FewerReplicas.Refuse) {
            return Acceptance.refuse(
                    Reason.FewerReplicas,
                    "Deployment %s has %d replicas, the tier would have %d; raise nodes.replicas or set rollout.fewerReplicas: Allow"
                            .formatted(incumbentKey(world), incumbent, replicas));
        }
        return Optional.empty();
    }
}
