package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.ALIBABA;
import static io.ingresstier.world.ClusterScenario.CONTROLLER;
import static io.ingresstier.world.ClusterScenario.ROLE;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.START;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.ingresstier.api.ConflictPolicy;
import io.ingresstier.api.FewerReplicas;
import io.ingresstier.api.Isolation;
import io.ingresstier.api.Reason;
import io.ingresstier.world.Claim;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a spec is refused for before the first write: with its reason, the object's name and what to do. */
class AcceptanceTest {

    private static ClusterScenario ordinary() {
        return cluster().service(Traffic.LOCAL);
    }

    @Test
    void anOrdinaryClusterIsAccepted() {
        assertThat(Situation.of(ordinary().world()).accepted()).isTrue();
    }

    @Test
    void aServiceThatDoesNotExist() {
        refused(cluster().world(), Reason.ServiceNotFound, SERVICE.toString(), "create it");
    }

    @Test
    void aServiceOfAnotherType() {
        refused(
                ordinary()
                        .change(SERVICE, s -> with(s, "ClusterIP", s.selector()))
                        .world(),
                Reason.ServiceNotLoadBalancer,
                SERVICE.toString(),
                "ClusterIP",
                "make it a LoadBalancer");
    }

    @Test
    void aServiceThatSelectsOtherPods() {
        refused(
                ordinary()
                        .change(SERVICE, s -> with(s, s.type(), Map.of("app", "shop")))
                        .world(),
                Reason.ServiceNotSelecting,
                SERVICE.toString(),
                "shop",
                CONTROLLER.toString(),
                "incumbentRef");
    }

    @Test
    void noIncumbent() {
        var cluster = new SimulatedCluster(ordinary().world());
        cluster.incumbent = Optional.empty();
        refused(cluster.world(), Reason.IncumbentNotFound, CONTROLLER.toString(), "create it");
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
    void aLabelThatAnOlderTierHas() {
        refused(
                ordinary()
                        .claim(new Claim("older", ROLE, "true", START.minusSeconds(1)))
                        .world(),
                Reason.LabelClaimed,
                "older",
                "nodes.label.value");
        assertThat(Situation.of(ordinary()
                                .claim(new Claim("younger", ROLE, "true", START.plusSeconds(1)))
                                .world())
                        .accepted())
                .isTrue();
    }

    @Test
    void aForeignBackendSelectionUnlessItMayBeOverwritten() {
        var scenario = ordinary().annotation(SERVICE, ALIBABA + "backend-label", "pool=blue");
        refused(
                scenario.world(),
                Reason.ForeignBackendLabel,
                SERVICE.toString(),
                "pool=blue",
                "conflictPolicy: Overwrite");
        scenario.spec(s -> s.withLoadBalancer(l -> new io.ingresstier.api.LoadBalancerSpec(
                l.serviceRefs(), l.provider(), l.connectionDraining(), l.settleSeconds(), ConflictPolicy.Overwrite)));
        assertThat(Situation.of(scenario.world()).accepted()).isTrue();
    }

    @Test
    void aFoundNodeWithoutProviderId() {
        refused(
                ordinary()
                        .found("n2")
                        .node("n2", AcceptanceTest::withoutProviderId)
                        .world(),
                Reason.InvalidProviderId,
                "n2",
                "set it or take the label off");
    }

    @Test
    void tooFewNodesBecauseOneHasNoProviderId() {
        refused(
                cluster()
                        .nodes(3, 3)
                        .service(Traffic.LOCAL)
                        .node("n2", AcceptanceTest::withoutProviderId)
                        .world(),
                Reason.InvalidProviderId,
                "2 of the 3 nodes",
                "n2",
                "nodes.replicas");
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
                world.with(new IncumbentView(
                        incumbent.key(),
                        incumbent.uid(),
                        incumbent.resourceVersion(),
                        incumbent.replicas(),
                        incumbent.readyReplicas(),
                        incumbent.selector(),
                        template,
                        incumbent.terminating())),
                Reason.TemplateUnfit,
                "nginx-ingress-controller",
                "turn it into an exec hook");
    }

    @Test
    void tooFewNodes() {
        refused(
                cluster().nodes(2, 2).service(Traffic.LOCAL).world(),
                Reason.NotEnoughNodes,
                "2 of the 3 nodes",
                "add nodes");
    }

    @Test
    void tooFewNodesBesideTheIncumbentsHostPorts() {
        refused(cluster().hostPorts().nodes(4, 2).service(Traffic.LOCAL).world(), Reason.NotEnoughNodes, "host ports");
    }

    @Test
    void fewerReplicasThanTheIncumbentUnlessAllowed() {
        var scenario = ordinary().incumbents(4);
        refused(scenario.world(), Reason.FewerReplicas, CONTROLLER.toString(), "4 replicas", "fewerReplicas: Allow");
        scenario.spec(s -> s.withRollout(r -> r.withFewerReplicas(FewerReplicas.Allow)));
        assertThat(Situation.of(scenario.world()).accepted()).isTrue();
    }

    @Test
    void moreFoundMembersThanReplicas() {
        refused(
                ordinary().found("n1", "n2", "n3", "n4").world(),
                Reason.NotYetSupported,
                "4 nodes",
                "raise nodes.replicas");
    }

    @Test
    void whatIsNotBuiltYet() {
        refused(
                ordinary()
                        .spec(s -> s.withNodes(n -> n.withIsolation(Isolation.Exclusive)))
                        .world(),
                Reason.NotYetSupported,
                "nodes.isolation: Exclusive",
                "use Shared");
    }

    private static void refused(World world, Reason reason, String... parts) {
        var plan = Planner.plan(world);
        var refusal = plan.outcome(Accept.class).flatMap(Outcome::refusal).orElseThrow();
        assertThat(refusal.reason()).as(refusal.message()).isEqualTo(reason);
        assertThat(refusal.message()).contains(parts);
        assertThat(plan.actions()).isEmpty();
    }

    static NodeView withoutProviderId(NodeView n) {
        return new NodeView(
                n.name(),
                n.uid(),
                n.resourceVersion(),
                n.labels(),
                n.annotations(),
                "",
                n.unschedulable(),
                n.taints(),
                n.readiness(),
                n.readinessSince(),
                n.terminating(),
                n.internalIp());
    }

    private static ServiceView with(ServiceView s, String type, Map<String, String> selector) {
        return new ServiceView(
                s.key(),
                s.uid(),
                s.resourceVersion(),
                s.labels(),
                s.annotations(),
                selector,
                type,
                s.local(),
                s.loadBalancerClass(),
                s.ports(),
                s.addresses(),
                s.terminating());
    }
}
