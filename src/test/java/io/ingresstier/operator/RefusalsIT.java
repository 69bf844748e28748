package io.ingresstier.operator;

import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.IngressTierSpec;
import io.ingresstier.api.Mode;
import io.ingresstier.api.Reason;
import io.ingresstier.api.Retire;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import java.io.IOException;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A spec that does not fit the cluster is refused with a reason and what to do, and nothing at all is written. */
@ApiLevel
class RefusalsIT {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final String ROLE = "node-role.kubernetes.io/ingress";

    private static OperatorProcess operator;

    private KubernetesClient client;
    private FakeNodes nodes;
    private Incumbent incumbent;
    private AuditLog audit;

    @BeforeAll
    static void start(Lab lab, KubernetesClient client) {
        OperatorProcess.install(client);
        operator = OperatorProcess.start(lab, "RefusalsIT");
        operator.awaitReady();
    }

    @AfterAll
    static void stop() throws IOException {
        operator.stop();
        Answer.assertNoStackTrace(operator);
    }

    @BeforeEach
    void defaultCluster(Lab lab, KubernetesClient client, FakeNodes nodes) {
        this.client = client;
        this.nodes = nodes;
        this.audit = lab.audit();
        nodes.create(4, 2);
        incumbent = new Incumbent(client, BackendMode.Local, 2);
    }

    @Test
    void aMissingServiceMayStillComeUntilTheDeadlineAndIsTakenUpWhenItDoes() {
        client.resource(Incumbent.deployment(2)).create();
        var mayStillCome =
                new LiveTier(client, "default").watch(ConditionType.Reconciling, "True", Reason.ServiceNotFound);
        var tier = LiveTier.create(client, "default", spec -> spec.withRollout(r -> r.withProgressDeadlineSeconds(3)));
        mayStillCome.join();
        tier.await(ConditionType.Stalled, "True", Reason.ServiceNotFound);
        assertRefused(tier, Reason.ServiceNotFound, "kube-system/nginx-ingress-lb", "create it");

        client.resource(Incumbent.service(BackendMode.Local)).create();

        tier.await(ConditionType.Accepted, "True", Reason.Accepted)
                .await(ConditionType.Stalled, "False")
                .await(t -> t.getStatus().replicas() != null && t.getStatus().replicas() > 0);
    }

    @Test
    void aServiceOfAnotherTypeCanBeCorrected() {
        incumbent.create();
        incumbent.balancerService().patch(MERGE, """
                {"spec": {"type": "ClusterIP", "externalTrafficPolicy": null}}""");
        var tier = assertRefused(Reason.ServiceNotLoadBalancer, "kube-system/nginx-ingress-lb", "LoadBalancer");

        incumbent.balancerService().patch(MERGE, """
                {"spec": {"type": "LoadBalancer", "externalTrafficPolicy": "Local"}}""");

        tier.await(ConditionType.Accepted, "True", Reason.Accepted);
    }

    @Test
    void aServiceThatSelectsOtherPods() {
        incumbent.create();
        incumbent.balancerService().patch(MERGE, """
                {"spec": {"selector": {"app": "other"}}}""");

        assertRefused(Reason.ServiceNotSelecting, "kube-system/nginx-ingress-lb", "incumbentRef");
    }

    @Test
    void theIncumbentDoesNotExist() {
        client.resource(Incumbent.service(BackendMode.Local)).create();

        assertRefused(
                Reason.IncumbentNotFound,
                "kube-system/nginx-ingress-controller",
                "give controller.image and controller.serviceAccountName");
    }

    @Test
    void fewerReplicasThanTheIncumbent() {
        new Incumbent(client, BackendMode.Local, 4).create();

        assertRefused(Reason.FewerReplicas, "kube-system/nginx-ingress-controller", "fewerReplicas: Allow");
    }

    @Test
    void tooFewNodesCanBeMembers() {
        incumbent.create();
        nodes.schedulable("n2", false);
        nodes.ready("n3", false);

        assertRefused(Reason.NotEnoughNodes, "n2: cordoned", "n3: not Ready");
    }

    @Test
    void aNodeWithTheLabelHasNoProviderId() {
        incumbent.create();
        nodes.create("odd", "zone-a", 9, "");
        client.nodes().withName("odd").patch(MERGE, label(ROLE, "true"));

        assertRefused(Reason.InvalidProviderId, "Node odd", "providerID");
    }

    @Test
    void tooFewNodesHaveAProviderId() {
        incumbent.create();
        client.nodes().withName("n3").delete();
        client.nodes().withName("n4").delete();
        nodes.create("odd", "zone-a", 9, "");

        assertRefused(Reason.InvalidProviderId, "odd: it has no providerID", "stops the cloud");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-backend-label",
                "service.beta.kubernetes.io/alicloud-loadbalancer-backend-label"
            })
    void somebodyElseHasSelectedBackends(String key) {
        incumbent.create();
        incumbent.balancerService().patch(MERGE, """
                {"metadata": {"annotations": {"%s": "pool=edge"}}}""".formatted(key));

        assertRefused(Reason.ForeignBackendLabel, key, "conflictPolicy: Overwrite");
    }

    @Test
    void anotherTierHasTheLabel() {
        incumbent.create();
        var first = LiveTier.create(client, "a", spec -> spec.withMode(Mode.Plan));
        first.await(ConditionType.Accepted, "True");

        var second =
                LiveTier.create(client, "b", spec -> spec).await(ConditionType.Accepted, "False", Reason.LabelClaimed);

        assertRefused(second, Reason.LabelClaimed, "Tier a", "nodes.label.value");
    }

    @Test
    void somebodyElseHasADaemonSetOfThatName() {
        incumbent.create();
        client.resource(new DaemonSetBuilder()
                        .withNewMetadata()
                        .withName(Incumbent.NAME)
                        .withNamespace(Incumbent.NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withNewSelector()
                        .addToMatchLabels("by", "hand")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("by", "hand")
                        .endMetadata()
                        .withSpec(
                                Incumbent.deployment(1).getSpec().getTemplate().getSpec())
                        .editSpec()
                        .addToNodeSelector(ROLE, "by-hand")
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();

        assertRefused(Reason.WorkloadNotOurs, "DaemonSet kube-system/nginx-ingress-controller", "delete it");
    }

    static Stream<Arguments> unsupported() {
        UnaryOperator<IngressTierSpec> deletes = spec -> spec.withController(c -> new ControllerSpec(
                c.namespace(), c.name(), null, Retire.Delete, c.profile(), null, null, null, null, null, null));
        return Stream.of(change("controller.retire: Delete", deletes));
    }

    private static Arguments change(String name, UnaryOperator<IngressTierSpec> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unsupported")
    void whatIsNotBuiltYet(String field, UnaryOperator<IngressTierSpec> change) {
        incumbent.create();
        var tier = LiveTier.create(client, "default", change);
        tier.await(ConditionType.Accepted, "False", Reason.NotYetSupported);

        assertRefused(tier, Reason.NotYetSupported, field, "use ");
    }

    private LiveTier assertRefused(Reason reason, String object, String advice) {
        return new Answer(LiveTier.create(client), audit).heldBy(reason, object, advice);
    }

    private void assertRefused(LiveTier tier, Reason reason, String object, String advice) {
        new Answer(tier, audit).heldBy(reason, object, advice);
    }

    private static String label(String key, String value) {
        return Serialization.asJson(Map.of("metadata", Map.of("labels", Map.of(key, value))));
    }
}
