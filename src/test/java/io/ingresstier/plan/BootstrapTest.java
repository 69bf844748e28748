package io.ingresstier.plan;

import static io.ingresstier.plan.AcceptanceTest.refused;
import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.refusal;
import static io.ingresstier.plan.Endings.tierPods;
import static io.ingresstier.world.ClusterScenario.CONTROLLER;
import static io.ingresstier.world.ClusterScenario.NAMESPACE;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.IngressTierSpec;
import io.ingresstier.api.Reason;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.ServicePortView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.WorkloadAction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cluster that never had a Deployment to replace. */
class BootstrapTest {

    private static final ObjectKey INTERNAL = new ObjectKey(NAMESPACE, "internal-lb");

    private static final List<String> THERE = List.of(
            "AddFinalizer",
            "RecordOriginals",
            "ApplyWorkload",
            "ClaimNode",
            "ClaimNode",
            "ClaimNode",
            "EnableDraining",
            "AttachService");

    private static ClusterScenario bare() {
        return cluster().bootstrap().service(Traffic.LOCAL);
    }

    private static SimulatedOperator bootstrap() {
        return SimulatedOperator.in(bare().world());
    }

    @ParameterizedTest
    @EnumSource
    void aTierComesUpFromTheProfileWithoutASoakAndIsThenQuiet(Traffic traffic) {
        var operator = SimulatedOperator.in(
                        cluster().bootstrap().service(traffic).world())
                .untilQuiet();
        assertThat(operator.kinds()).as(operator.told()).isEqualTo(THERE);
        assertTakenOver(operator);
        assertThat(operator.cluster.originals.orElseThrow().incumbentReplicas()).isEmpty();
        assertThat(operator.cluster.tier.getStatus().takeover().soakStartTime()).isNull();
        operator.assertQuiet();
    }

    @ParameterizedTest
    @EnumSource
    void aDeletionLeavesNothingBehind(Traffic traffic) {
        var operator =
                SimulatedOperator.in(cluster().bootstrap().service(traffic).world());
        var before = operator.cluster.remembered();
        operator.untilQuiet();
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.remembered()).isEqualTo(before);
        assertThat(operator.cluster.pods.values()).allMatch(PodView::terminating);
        assertThat(operator.cluster.incumbent).isEmpty();
    }

    @Test
    void aDeploymentAtZeroServedNothingEitherAndIsLeftAtZero() {
        var operator = SimulatedOperator.in(
                cluster().incumbents(0).service(Traffic.LOCAL).world());
        var before = operator.cluster.remembered();
        assertTakenOver(operator.untilQuiet());
        assertThat(operator.kinds()).isEqualTo(THERE);
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.remembered()).isEqualTo(before);
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isZero();
    }

    @Test
    void thePodsCarryWhatEveryListedServiceSelects() {
        var operator = SimulatedOperator.in(bare().service(INTERNAL.name(), Traffic.CLUSTER)
                        .change(INTERNAL, s -> with(s, Map.of("role", "edge"), s.ports()))
                        .world())
                .untilQuiet();
        assertTakenOver(operator);
        assertThat(tierPods(operator))
                .allMatch(p -> p.matches(Map.of("app", "ingress-nginx")) && p.matches(Map.of("role", "edge")));
        assertThat(container(operator).getArgs()).contains("--publish-service=" + SERVICE);
    }

    @Test
    void aServiceThatAppearsLaterIsWaitedForAndNothingIsWrittenBefore() {
        var operator = bootstrap();
        ServiceView later = operator.cluster.services.remove(SERVICE);
        operator.untilQuiet();
        assertThat(operator.done).isEmpty();
        assertThat(refusal(operator, Accept.class)).isEqualTo(Reason.ServiceNotFound);
        operator.cluster.put(later, later.labels());
        operator.platform.react();
        assertTakenOver(operator.untilQuiet());
        assertThat(operator.kinds()).isEqualTo(THERE);
    }

    @Test
    void aServiceThatVanishesLaterChangesNoPod() {
        var operator = SimulatedOperator.in(
                        bare().service(INTERNAL.name(), Traffic.CLUSTER).world())
                .untilQuiet();
        operator.watch.faultless = false;
        operator.done.clear();
        operator.cluster.services.remove(SERVICE);
        operator.platform.react();
        operator.untilQuiet();
        assertThat(operator.done).isEmpty();
        assertThat(refusal(operator, Accept.class)).isEqualTo(Reason.ServiceNotFound);
    }

    @Test
    void anotherImageInTheSpecIsRolledOut() {
        var operator = bootstrap().untilQuiet();
        operator.done.clear();
        operator.cluster.spec(running(operator.cluster.tier.getSpec(), "nginx:2", "ingress-nginx"));
        operator.untilQuiet();
        assertThat(operator.done).containsExactly("ApplyWorkload " + CONTROLLER);
        assertThat(container(operator).getImage()).isEqualTo("nginx:2");
    }

    @Test
    void aDeploymentThatComesBeforeTheFirstServiceWriteIsRecordedAndReplaced() {
        var operator = bootstrap().untilDone(WorkloadAction.ApplyWorkload.class);
        operator.cluster.incumbent = Optional.of(ClusterScenario.deployment(2, false));
        operator.platform.react();
        operator.untilQuiet();
        assertTakenOver(operator);
        assertThat(operator.cluster.originals.orElseThrow().incumbentReplicas()).contains(2);
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isZero();
    }

    @Test
    void aDeploymentThatComesLaterIsReportedAndNeitherInheritedFromNorRetired() {
        var operator = bootstrap().untilQuiet();
        operator.done.clear();
        operator.cluster.incumbent = Optional.of(ClusterScenario.deployment(5, false));
        operator.platform.react();
        operator.untilQuiet();
        assertThat(operator.done).isEmpty();
        assertThat(refusal(operator, Retire.class)).isEqualTo(Reason.IncumbentNotRecorded);
        assertThat(operator.plan.outcome(Accept.class).orElseThrow().done()).isTrue();
        operator.cluster.scaleIncumbent(0);
        operator.platform.react();
        assertTakenOver(operator.untilQuiet());
        assertThat(operator.done).isEmpty();
    }

    @Test
    void aDeploymentThatComesWhileTheBalancerSettlesIsNoReasonToSoakOrToGoBack() {
        var operator = bootstrap().untilDone(ServiceAction.AttachService.class);
        operator.watch.faultless = false;
        operator.cluster.incumbent = Optional.of(ClusterScenario.deployment(2, false));
        operator.platform.react();
        tierPods(operator).forEach(operator.platform::crash);
        operator.untilQuiet();
        assertThat(operator.kinds()).isEqualTo(THERE);
        assertThat(refusal(operator, Retire.class)).isEqualTo(Reason.IncumbentNotRecorded);
    }

    @Test
    void aDeploymentThatCameLaterServesAloneOnceTheTierIsDeleted() {
        var operator = bootstrap().untilQuiet();
        operator.cluster.incumbent = Optional.of(ClusterScenario.deployment(3, false));
        operator.platform.react();
        operator.untilQuiet();
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isEqualTo(3);
        assertThat(operator.cluster.pods.values())
                .filteredOn(PodView::serving)
                .hasSize(3)
                .allMatch(p -> p.owner().equals("ReplicaSet/old"));
    }

    @Test
    void aDeploymentThatSomebodyDeletedAfterItWasRecordedIsNoBootstrap() {
        var operator = SimulatedOperator.in(cluster().service(Traffic.LOCAL).world())
                .untilDone(ServiceAction.AttachService.class);
        operator.watch.faultless = false;
        operator.cluster.incumbent = Optional.empty();
        operator.platform.react();
        operator.cluster.spec(running(operator.cluster.tier.getSpec(), "nginx:2", "ingress-nginx"));
        operator.untilQuiet();
        assertTakenOver(operator);
        assertThat(container(operator).getImage()).isEqualTo("registry.example/ingress-nginx:1");
    }

    @Test
    void whereNoPodIsEverCreatedNoNodeIsGivenUpAndTheAccountIsNamed() {
        var operator = bootstrap();
        operator.platform.accountMissing = true;
        operator.untilQuiet();
        assertThat(operator.kinds()).isEqualTo(THERE.subList(0, 4));
        assertThat(refusal(operator, Claim.class)).isEqualTo(Reason.PodsNotCreated);
        assertThat(operator.plan.outcome(Claim.class).orElseThrow().message())
                .contains("DaemonSet " + CONTROLLER, "ServiceAccount %s/ingress-nginx must exist".formatted(NAMESPACE));
        operator.platform.accountMissing = false;
        operator.platform.react();
        assertTakenOver(operator.untilQuiet());
    }

    @Test
    void whatIsMissingInTheSpecIsNamed() {
        refused(
                bare().spec(s -> running(s, null, "nginx")).world(),
                Reason.IncumbentNotFound,
                CONTROLLER.toString(),
                "or give controller.image");
        refused(
                bare().spec(s -> running(s, "nginx:1", null)).world(),
                Reason.IncumbentNotFound,
                CONTROLLER.toString(),
                "or give controller.serviceAccountName");
    }

    @Test
    void aServiceWithoutSelector() {
        refused(
                bare().change(SERVICE, s -> with(s, Map.of(), s.ports())).world(),
                Reason.ServiceNotSelecting,
                SERVICE.toString(),
                "has no selector");
    }

    @Test
    void servicesWhoseSelectorsContradictEachOther() {
        refused(
                bare().service(INTERNAL.name(), Traffic.CLUSTER)
                        .change(INTERNAL, s -> with(s, Map.of("app", "other"), s.ports()))
                        .world(),
                Reason.ServiceNotSelecting,
                SERVICE.toString(),
                "app=ingress-nginx",
                "app=other",
                "the same selector");
    }

    @Test
    void aServiceThatSendsToAPortOfAnUnknownName() {
        refused(
                bare().change(SERVICE, s -> sendingTo(s, "web")).world(),
                Reason.PortNotServed,
                SERVICE.toString(),
                "container port \"web\"",
                "profile IngressNginx",
                "to http, https or a number");
        assertThat(Situation.of(bare().change(SERVICE, s -> sendingTo(s, "https"))
                                .world())
                        .accepted())
                .isTrue();
    }

    private static Container container(SimulatedOperator operator) {
        return operator.cluster
                .workload
                .orElseThrow()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
    }

    private static IngressTierSpec running(IngressTierSpec spec, @Nullable String image, @Nullable String account) {
        return spec.withController(c -> new ControllerSpec(
                c.namespace(),
                c.name(),
                null,
                c.retire(),
                c.profile(),
                image,
                account,
                null,
                List.of(),
                List.of(),
                null));
    }

    private static ServiceView sendingTo(ServiceView s, String port) {
        return with(s, s.selector(), List.of(new ServicePortView("http", 80, 30080, "TCP", port)));
    }

    private static ServiceView with(ServiceView s, Map<String, String> selector, List<ServicePortView> ports) {
        return new ServiceView(
                s.key(),
                s.uid(),
                s.resourceVersion(),
                s.labels(),
                s.annotations(),
                selector,
                s.type(),
                s.local(),
                s.loadBalancerClass(),
                ports,
                s.addresses(),
                s.terminating());
    }
}
