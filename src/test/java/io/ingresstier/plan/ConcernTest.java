package io.ingresstier.plan;

import static io.ingresstier.plan.AcceptanceTest.ordinary;
import static io.ingresstier.world.ClusterScenario.CONTROLLER;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.Probing;
import io.ingresstier.api.Reason;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.ScalerView;
import io.ingresstier.world.ScalerView.Kind;
import io.ingresstier.world.World;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is accepted, and said: the reason stands in the condition, the message after the sentence of Accepted. */
class ConcernTest {

    @Test
    void anOrdinaryClusterGivesNone() {
        assertThat(Situation.of(ordinary().world()).concerns()).isEmpty();
    }

    @Test
    void podsThatAreTargetsThemselves() {
        said(
                cluster().service(Traffic.POD_DIRECT).world(),
                Reason.UnsupportedBackendMode,
                SERVICE.toString(),
                "pinned");
    }

    @Test
    void anAutoscalerOnTheIncumbent() {
        var scaler = new ScalerView(
                Kind.HorizontalPodAutoscaler, new ObjectKey("kube-system", "peak"), CONTROLLER, 10, false);
        said(
                ordinary().scaler(scaler).world(),
                Reason.IncumbentAutoscaled,
                "kube-system/peak",
                "up to 10 replicas",
                "nodes.replicas, which is 3");
    }

    @Test
    void podsWithoutRequestsOnSharedNodesUnlessTheSpecGivesThem() {
        World without = changed(container -> container.setResources(null));
        said(without, Reason.RequestsMissing, CONTROLLER.toString(), "controller.resources");

        var resources = new ResourceRequirementsBuilder()
                .addToRequests(Map.of("cpu", new Quantity("1"), "memory", new Quantity("1Gi")))
                .build();
        var spec = without.tier()
                .getSpec()
                .withController(c -> new ControllerSpec(
                        c.namespace(),
                        c.name(),
                        null,
                        c.retire(),
                        c.profile(),
                        null,
                        null,
                        resources,
                        null,
                        null,
                        null));
        assertThat(Situation.of(without.with(spec)).concerns()).isEmpty();
    }

    @Test
    void podsThatCannotBeAskedWhetherTheyServe() {
        World without = changed(container -> container.setReadinessProbe(null));
        said(without, Reason.NotProbed, CONTROLLER.toString(), "readiness probe by httpGet");
        var spec = without.tier().getSpec().withNodes(n -> n.withProbing(Probing.Disabled));
        assertThat(Situation.of(without.with(spec)).concerns()).isEmpty();
    }

    @Test
    void aFloorAboveTheReplicas() {
        said(
                ordinary().spec(s -> s.withNodes(n -> n.withMinAvailable(5))).world(),
                Reason.MinAvailableCapped,
                "minAvailable, which is 5",
                "counts as 3");
    }

    @Test
    void severalAreAllSaidAndTheFirstIsTheReason() {
        var accepted = accept(cluster()
                .service(Traffic.POD_DIRECT)
                .spec(s -> s.withNodes(n -> n.withMinAvailable(5)))
                .world());
        assertThat(accepted.reason()).isEqualTo(Reason.UnsupportedBackendMode);
        assertThat(accepted.message()).contains("sends to pods directly", "counts as 3");
    }

    private static World changed(Consumer<Container> change) {
        World world = ordinary().world();
        var template =
                new PodTemplateSpecBuilder(world.incumbent().orElseThrow().template()).build();
        change.accept(template.getSpec().getContainers().getFirst());
        return world.with(ControllerAcceptanceTest.with(world, template));
    }

    private static void said(World world, Reason reason, String... parts) {
        var accepted = accept(world);
        assertThat(accepted.done()).as(accepted.message()).isTrue();
        assertThat(accepted.reason()).isEqualTo(reason);
        assertThat(accepted.message()).startsWith(Reason.Accepted.sentence()).contains(parts);
        assertThat(Planner.plan(world).actions()).isNotEmpty();
    }

    private static Outcome accept(World world) {
        return Optional.of(Planner.plan(world))
                .flatMap(p -> p.outcome(Accept.class))
                .orElseThrow();
    }
}
