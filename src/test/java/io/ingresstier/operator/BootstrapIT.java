package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import io.ingresstier.world.ObjectKey;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster without a Deployment to replace, set up by a script that applies what it has when it has it. */
@ApiLevel
class BootstrapIT {

    private static final ObjectKey SERVICE = new ObjectKey("kube-system", "ingress-nginx");

    private Lab lab;
    private KubernetesClient client;
    private AuditLog audit;
    private OperatorProcess operator;
    private LiveTier tier;
    private Map<String, String> before;

    @BeforeEach
    void emptyCluster(Lab lab, KubernetesClient client, FakeNodes nodes) {
        this.lab = lab;
        this.client = client;
        OperatorProcess.install(client);
        nodes.create(6, 3);
        audit = lab.audit();
        operator = OperatorProcess.start(lab, "BootstrapIT");
        operator.awaitReady();
        tier = new LiveTier(client, "default");
        before = ClusterDump.of(client);
    }

    @AfterEach
    void stop() {
        operator.stop();
        client.serviceAccounts()
                .inNamespace(SERVICE.namespace())
                .withName("ingress-nginx")
                .delete();
    }

    @Test
    void aServiceThatComesAfterTheDeadlineStartsTheTierAndADeletedTierLeavesNothingBehind(Cloud cloud) {
        var waiting = tier.watch(ConditionType.Reconciling, "True", Reason.ServiceNotFound);
        apply("bootstrap-account.yaml");
        apply("bootstrap.yaml");
        waiting.join();
        tier.await(ConditionType.Stalled, "True", Reason.ServiceNotFound);
        assertThat(audit.writes()).isEmpty();

        apply("bootstrap-service.yaml");
        lab.kubectl("wait", "--for=condition=Ready", "itier/default", "--timeout=90s");

        assertThat(audit.writes())
                .extracting(r -> r.verb() + " " + r.resource())
                .containsExactly(
                        "patch ingresstiers", // the finalizer
                        "create configmaps", // that nothing was there
                        "patch daemonsets",
                        "patch nodes", // the canary, alone until it serves
                        "patch poddisruptionbudgets", // the drain guard
                        "patch deployments", // its anchors
                        "patch nodes",
                        "patch nodes",
                        "patch services"); // attach
        await().untilAsserted(() -> assertThat(cloud.backends(SERVICE, 443)).isEqualTo(tier.members()));
        assertThat(tier.members()).hasSize(3);
        assertThat(tier.get().getStatus().takeover().soakStartTime()).isNull();

        tier.deleteAndAwaitGone();

        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            var after = ClusterDump.of(client);
            assertThat(after.remove("Service ingress-nginx")).doesNotContain("ingresstier.io", "backend-label");
            assertThat(after).isEqualTo(before);
        });
        assertThat(audit.ofOperator()).noneMatch(r -> r.code() == 403);
    }

    @Test
    void withoutTheServiceAccountNoNodeIsGivenUpAndItIsNamed() {
        apply("bootstrap-service.yaml");
        apply("bootstrap.yaml");
        tier.await(ConditionType.NodesReady, "False", Reason.PodsNotCreated)
                .await(ConditionType.Stalled, "True", Reason.PodsNotCreated);
        assertThat(tier.condition(ConditionType.Ready).getMessage())
                .contains("DaemonSet kube-system/ingress-nginx", "ServiceAccount kube-system/ingress-nginx must exist");
        assertThat(tier.members()).hasSize(1);

        apply("bootstrap-account.yaml");

        tier.awaitReady();
        assertThat(client.nodes().list().getItems())
                .noneMatch(n -> n.getMetadata().getAnnotations().containsKey("ingresstier.io/failed"));
    }

    @Test
    void aDeploymentThatComesLaterIsLeftAloneAndReported() {
        apply("bootstrap-account.yaml");
        apply("bootstrap-service.yaml");
        apply("bootstrap.yaml");
        tier.awaitReady();
        int writes = audit.writes().size();

        var newcomer = new DeploymentBuilder(Incumbent.deployment(2))
                .editMetadata()
                .withName("ingress-nginx")
                .endMetadata()
                .build();
        client.resource(newcomer).create();
        tier.await(ConditionType.Stalled, "True", Reason.IncumbentNotRecorded);
        assertThat(tier.condition(ConditionType.Ready).getMessage())
                .contains("Deployment kube-system/ingress-nginx", "Scale it to zero or delete it");
        lab.kubectl("scale", "-n", "kube-system", "deployment/ingress-nginx", "--replicas=0");

        tier.awaitReady();
        assertThat(audit.writes()).hasSize(writes);
    }

    private void apply(String resource) {
        lab.kubectl("apply", "-f", path(resource).toString());
    }

    private static Path path(String resource) {
        try {
            return Path.of(BootstrapIT.class.getResource(resource).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
