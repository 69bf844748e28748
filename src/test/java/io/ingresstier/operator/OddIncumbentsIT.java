package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Mode;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.FakeKubelet;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deployments as clusters may have them: refused with what to do, or accepted and said. */
@ApiLevel
class OddIncumbentsIT {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final String DEPLOYMENT = "kube-system/nginx-ingress-controller";

    private static OperatorProcess operator;

    private KubernetesClient client;
    private Incumbent incumbent;
    private AuditLog audit;

    @BeforeAll
    static void start(Lab lab, KubernetesClient client) {
        OperatorProcess.install(client);
        operator = OperatorProcess.start(lab, "OddIncumbentsIT");
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
        this.audit = lab.audit();
        nodes.create(4, 2);
        incumbent = new Incumbent(client, BackendMode.Local, 2);
        client.resource(Incumbent.service(BackendMode.Local)).create();
    }

    @Test
    void anAutoscalerIsAcceptedAndSaid() {
        create(Incumbent.deployment(2));
        client.resource(Serialization.unmarshal("""
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {namespace: kube-system, name: peak}
                spec:
                  minReplicas: 2
                  maxReplicas: 10
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: nginx-ingress-controller}
                """, HorizontalPodAutoscaler.class))
                .create();

        look().accepted(Reason.IncumbentAutoscaled, "kube-system/peak", "up to 10", "nodes.replicas, which is 3");
    }

    @Test
    void aScaledObjectIsSeenWhenKedaIsInstalledLaterAndMayRest() {
        create(Incumbent.deployment(2));
        var answer = look();
        var tier = answer.accepted(Reason.Accepted);
        var keda = client.resource(keda()).create();
        try {
            OperatorProcess.awaitEstablished(client.resource(keda));
            // The kind is served a moment after that.
            await().ignoreExceptionsInstanceOf(KubernetesClientException.class)
                    .until(() -> client.resource(scaledObject()).create() != null);
            var scaler = client.resource(scaledObject());

            answer.refused(
                    Reason.IncumbentScaled,
                    "kube-system/peak",
                    DEPLOYMENT,
                    "autoscaling.keda.sh/paused: \"true\"",
                    "or delete it");

            scaler.patch(MERGE, """
                    {"metadata": {"annotations": {"autoscaling.keda.sh/paused": "true"}}}""");
            answer.accepted(Reason.Accepted);
            scaler.patch(MERGE, """
                    {"metadata": {"annotations": {"autoscaling.keda.sh/paused": null}}}""");
            answer.refused(Reason.IncumbentScaled, "kube-system/peak");
        } finally {
            client.resource(keda).delete();
        }
        tier.await(ConditionType.Accepted, "True", Reason.Accepted);
        assertThat(audit.writes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hostPort", "hostNetwork"})
    void noNodeIsFreeBesideItsHostPorts(String how) {
        var deployment = Incumbent.deployment(2);
        var spec = deployment.getSpec().getTemplate().getSpec();
        if (how.equals("hostPort")) {
            spec.getContainers().getFirst().getPorts().getFirst().setHostPort(8080);
        } else {
            spec.setHostNetwork(true);
        }
        create(deployment);

        ask().heldBy(
                        Reason.NotEnoughNodes,
                        "2 of the 3 nodes",
                        "its host ports are taken by a pod of the incumbent",
                        "add nodes");
    }

    @Test
    void podsWithoutRequestsAreAcceptedAndSaid() {
        var deployment = Incumbent.deployment(2);
        deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().setResources(null);
        create(deployment);

        look().accepted(Reason.RequestsMissing, DEPLOYMENT, "controller.resources");
    }

    @Test
    void aFloorAboveTheReplicasIsAcceptedAndSaid() {
        create(Incumbent.deployment(2));
        var tier = LiveTier.create(client, "default", s -> Answer.looking(s).withNodes(n -> n.withMinAvailable(5)));

        new Answer(tier, audit).accepted(Reason.MinAvailableCapped, "minAvailable, which is 5", "counts as 3");

        assertThat(tier.get().getStatus().effective().minAvailable()).isEqualTo(3);
    }

    @Test
    void strategyRecreateMakesNoDifference() {
        create(new DeploymentBuilder(Incumbent.deployment(2))
                .editSpec()
                .withNewStrategy()
                .withType("Recreate")
                .endStrategy()
                .endSpec()
                .build());

        look().accepted(Reason.Accepted);
    }

    @Test
    void zeroReplicasAreAcceptedAsNothingServes() {
        client.resource(Incumbent.deployment(0)).create();

        look().accepted(Reason.Accepted);
    }

    @Test
    void withoutAReadyPodItMayStillComeRoundUntilTheDeadlineAndIsTakenUpWhenItDoes(FakeKubelet kubelet) {
        kubelet.neverReady("app", "ingress-nginx");
        client.resource(Incumbent.deployment(2)).create();
        var mayComeRound =
                new LiveTier(client, "default").watch(ConditionType.Reconciling, "True", Reason.IncumbentNotReady);
        var tier = LiveTier.create(client, "default", s -> s.withRollout(r -> r.withProgressDeadlineSeconds(3)));
        mayComeRound.join();
        tier.await(ConditionType.Stalled, "True", Reason.IncumbentNotReady);
        new Answer(tier, audit).heldBy(Reason.IncumbentNotReady, DEPLOYMENT, "has no ready pod", "repair it");

        kubelet.forget();

        tier.await(ConditionType.Accepted, "True", Reason.Accepted);
    }

    @Test
    void oneThatIsBeingDeletedIsAsNone() {
        create(Incumbent.deployment(2));
        hold("[\"ingresstier.test/held\"]");
        incumbent.workload().delete();
        try {
            // Paused until the operator has seen the deletion: before, it would begin the takeover.
            var tier = LiveTier.create(client, "default", s -> s.withMode(Mode.Paused));
            var answer = new Answer(tier, audit);
            answer.refused(Reason.IncumbentNotFound, DEPLOYMENT, "is being deleted", "create it again");

            tier.resource().patch(MERGE, "{\"spec\": {\"mode\": \"Apply\"}}");
            tier.await(t -> Objects.equals(
                    t.getMetadata().getGeneration(), t.getStatus().observedGeneration()));
            answer.heldBy(Reason.IncumbentNotFound, DEPLOYMENT, "is being deleted", "create it again");
        } finally {
            hold("null");
        }
    }

    private void hold(String finalizers) {
        incumbent.workload().patch(MERGE, "{\"metadata\": {\"finalizers\": " + finalizers + "}}");
    }

    private void create(Deployment deployment) {
        client.resource(deployment).create();
        incumbent.awaitReady();
    }

    private Answer ask() {
        return new Answer(LiveTier.create(client), audit);
    }

    private Answer look() {
        return new Answer(LiveTier.create(client, "default", Answer::looking), audit);
    }

    /** As much of KEDA's definition as an API server needs. */
    private static CustomResourceDefinition keda() {
        return Serialization.unmarshal("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: scaledobjects.keda.sh}
                spec:
                  group: keda.sh
                  names: {kind: ScaledObject, plural: scaledobjects, singular: scaledobject, listKind: ScaledObjectList}
                  scope: Namespaced
                  versions:
                  - name: v1alpha1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """, CustomResourceDefinition.class);
    }

    private static HasMetadata scaledObject() {
        return Serialization.unmarshal("""
                apiVersion: keda.sh/v1alpha1
                kind: ScaledObject
                metadata: {namespace: kube-system, name: peak}
                spec: {maxReplicaCount: 10, scaleTargetRef: {name: nginx-ingress-controller}}
                """, GenericKubernetesResource.class);
    }
}
