package io.ingresstier.plan;

import static io.ingresstier.plan.AcceptanceTest.ordinary;
import static io.ingresstier.plan.AcceptanceTest.refused;
import static io.ingresstier.world.ClusterScenario.CONTROLLER;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.ingresstier.api.FewerReplicas;
import io.ingresstier.api.Reason;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.ScalerView;
import io.ingresstier.world.ScalerView.Kind;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@code controller} is refused for before the first write. */
class ControllerAcceptanceTest {

    @Test
    void noIncumbent() {
        var cluster = new SimulatedCluster(ordinary().world());
        cluster.incumbent = Optional.empty();
        refused(
                cluster.world(),
                Reason.IncumbentNotFound,
                CONTROLLER.toString(),
                "create it",
                "give controller.image and controller.serviceAccountName");
    }

    @Test
    void anIncumbentWhosePreStopCannotBeMadeToWait() {
        World world = ordinary().world();
        var incumbent = world.incumbent().orElseThrow();
        var template = new PodTemplateSpecBuilder(incumbent.template())
                .editSpec()
                .editFirstContainer()
                .withNewLifecycle()
                .withNewPreStop()
                .withNewHttpGet()
                .withPath("/quit")
                .endHttpGet()
                .endPreStop()
                .endLifecycle()
                .endContainer()
                .endSpec()
                .build();
        refused(
                world.with(with(world, template)),
                Reason.TemplateUnfit,
                "nginx-ingress-controller",
                "turn it into an exec hook");
    }

    @Test
    void aDaemonSetThatSomebodyElseMade() {
        var cluster = new SimulatedCluster(ordinary().world());
        cluster.workload = Optional.of(new DaemonSetBuilder()
                .withNewMetadata()
                .withNamespace(CONTROLLER.namespace())
                .withName(CONTROLLER.name())
                .endMetadata()
                .build());
        refused(cluster.world(), Reason.WorkloadNotOurs, CONTROLLER.toString(), "controller.name");
    }

    @Test
    void fewerReplicasThanTheIncumbentUnlessAllowed() {
        var scenario = ordinary().incumbents(4);
        refused(scenario.world(), Reason.FewerReplicas, CONTROLLER.toString(), "4 replicas", "fewerReplicas: Allow");
        scenario.spec(s -> s.withRollout(r -> r.withFewerReplicas(FewerReplicas.Allow)));
        assertThat(Situation.of(scenario.world()).accepted()).isTrue();
    }

    @Test
    void anIncumbentThatIsBeingDeleted() {
        World world = ordinary().world();
        var incumbent = world.incumbent().orElseThrow();
        refused(
                world.with(new IncumbentView(
                        incumbent.key(),
                        incumbent.uid(),
                        incumbent.resourceVersion(),
                        incumbent.replicas(),
                        incumbent.readyReplicas(),
                        incumbent.selector(),
                        incumbent.template(),
                        true)),
                Reason.IncumbentNotFound,
                CONTROLLER.toString(),
                "is being deleted",
                "create it again");
    }

    @Test
    void anIncumbentWithoutAReadyPodUntilItHasOne() {
        World world = ordinary().world();
        var pods = world.pods();
        refused(
                world.withPods(List.of()),
                Reason.IncumbentNotReady,
                CONTROLLER.toString(),
                "2 replicas",
                "scale it to zero");
        assertThat(Situation.of(world.withPods(pods.subList(0, 1))).accepted()).isTrue();
    }

    @Test
    void anIncumbentAtZeroReplicasIsAcceptedAndTheTierServes() {
        var operator = SimulatedOperator.in(ordinary().incumbents(0).world()).untilQuiet();
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        assertThat(operator.kinds()).contains("AttachService").doesNotContain("ScaleIncumbent");
    }

    @Test
    void aScaledObjectThatWouldWakeTheIncumbentUnlessItIsPaused() {
        var key = new ObjectKey("kube-system", "peak");
        refused(
                ordinary()
                        .scaler(new ScalerView(Kind.ScaledObject, key, CONTROLLER, 10, false))
                        .world(),
                Reason.IncumbentScaled,
                "kube-system/peak",
                CONTROLLER.toString(),
                "autoscaling.keda.sh/paused: \"true\"",
                "or delete it");
        assertThat(Situation.of(ordinary()
                                .scaler(new ScalerView(Kind.ScaledObject, key, CONTROLLER, 10, true))
                                .world())
                        .accepted())
                .isTrue();
    }

    /** The incumbent with another pod template. */
    static IncumbentView with(World world, PodTemplateSpec template) {
        var incumbent = world.incumbent().orElseThrow();
        return new IncumbentView(
                incumbent.key(),
                incumbent.uid(),
                incumbent.resourceVersion(),
                incumbent.replicas(),
                incumbent.readyReplicas(),
                incumbent.selector(),
                template,
                incumbent.terminating());
    }
}
