package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeKubelet;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import io.ingresstier.world.Marks;
import io.ingresstier.world.PodView;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A changed template, with the real DaemonSet controller: it replaces pods by surge, and the operator the others. */
@ApiLevel
class PodRolloutIT {

    private static final String RELEASE = "release";
    private static final String DAEMON_SETS = "patch daemonsets";

    /** Seconds after which a pod that is not ready holds its rollout. */
    private static final int SHORT_DEADLINE = 6;

    /** Longer than any pod of the played kubelet takes, and than a test holds one. */
    private static final int LONG_DEADLINE = 240;

    private KubernetesClient client;
    private Lab lab;
    private Incumbent incumbent;
    private OperatorProcess operator;
    private LiveTier tier;
    private AuditLog audit;

    @BeforeEach
    void nodes(Lab lab, KubernetesClient client, FakeNodes nodes) {
        this.lab = lab;
        this.client = client;
        OperatorProcess.install(client);
        nodes.create(6, 3);
    }

    @AfterEach
    void stop() {
        operator.stop();
    }

    private void serve(boolean hostPorts) {
        client.resource(new DeploymentBuilder(Incumbent.deployment(2))
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .editFirstPort()
                        .withHostPort(hostPorts ? 8080 : null)
                        .endPort()
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
        client.resource(Incumbent.service(BackendMode.Local)).create();
        incumbent = new Incumbent(client, BackendMode.Local, 2).awaitReady();
        operator = OperatorProcess.start(lab, "PodRolloutIT");
        operator.awaitReady();
        tier = LiveTier.create(
                        client, "default", spec -> spec.withRollout(r -> r.withProgressDeadlineSeconds(LONG_DEADLINE)))
                .awaitReady();
        audit = lab.audit();
    }

    private void deadline(int seconds) {
        tier.resource()
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\": {\"rollout\": {\"progressDeadlineSeconds\": %d}}}".formatted(seconds));
    }

    /** Somebody edits the Deployment that is kept at zero replicas. */
    private void release(String release) {
        incumbent
                .workload()
                .edit(d -> new DeploymentBuilder(d)
                        .editSpec()
                        .editTemplate()
                        .editMetadata()
                        .addToLabels(RELEASE, release)
                        .endMetadata()
                        .endTemplate()
                        .endSpec()
                        .build());
    }

    @Test
    void withoutHostPortsTheOperatorChangesTheTemplateAndTheControllerReplacesThePods(
            Cloud cloud, FakeKubelet kubelet) {
        serve(false);
        // Pods of this kubelet start at once, and whoever begins to watch then would not see the rollout.
        kubelet.neverReady(RELEASE, "2");
        release("2");
        tier.await(ConditionType.Reconciling, "True", Reason.RollingOut);
        kubelet.forget();
        awaitReleased("2");
        assertThat(steps()).containsExactly(DAEMON_SETS);
        await().untilAsserted(() -> assertThat(cloud.backends(Cloud.INGRESS, 80))
                .isEqualTo(tier.members())
                .hasSize(3));
    }

    @Test
    void withHostPortsOneMemberAfterTheOtherLeavesIsGivenANewPodAndComesBack(Cloud cloud) {
        serve(true);
        release("2");
        tier.await(ConditionType.Reconciling, "True", Reason.RollingOut);
        awaitReleased("2");
        var member = List.of("patch nodes", "patch pods", "delete pods", "patch nodes");
        assertThat(steps())
                .containsExactlyElementsOf(Stream.of(List.of(DAEMON_SETS), member, member, member)
                        .flatMap(List::stream)
                        .toList());
        await().untilAsserted(() -> assertThat(cloud.backends(Cloud.INGRESS, 80))
                .isEqualTo(tier.members())
                .hasSize(3));
        assertThat(client.nodes().list().getItems())
                .noneMatch(n -> n.getMetadata().getLabels().containsKey(Marks.EXCLUDE));
        assertThat(audit.ofOperator()).noneMatch(r -> r.code() == 403);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTemplateThatDoesNotWorkStopsByItselfAndIsRepairedByTheNext(boolean hostPorts, FakeKubelet kubelet) {
        serve(hostPorts);
        deadline(SHORT_DEADLINE);
        kubelet.neverReady(RELEASE, "bad");
        release("bad");
        tier.await(ConditionType.Stalled, "True", Reason.RolloutStalled);
        // It may be stalled before there is a new pod: then that is said first.
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(
                                tier.condition(ConditionType.Ready).getMessage())
                        .contains("0 of 3 pods run the new template", "its new pod has not become ready within 6 s"));
        assertThat(pods().stream().map(PodView::of).filter(PodView::serving))
                .hasSize(hostPorts ? 2 : 3)
                .noneMatch(p -> p.labels().containsKey(RELEASE));
        assertThat(steps()).filteredOn("delete pods"::equals).hasSize(hostPorts ? 1 : 0);
        deadline(LONG_DEADLINE);
        release("good");
        awaitReleased("good");
        assertThat(steps()).filteredOn("delete pods"::equals).hasSize(hostPorts ? 4 : 0);
    }

    /** Every pod is of this release and ready, and the tier says so. */
    private void awaitReleased(String release) {
        await().atMost(Duration.ofSeconds(120))
                .untilAsserted(() -> assertThat(pods())
                        .hasSize(3)
                        .allMatch(
                                p -> release.equals(p.getMetadata().getLabels().get(RELEASE)))
                        .extracting(PodView::of)
                        .allMatch(PodView::serving));
        tier.awaitReady();
    }

    private List<Pod> pods() {
        return client.pods()
                .inNamespace(Incumbent.NAMESPACE)
                .withLabel(Marks.TIER, "default")
                .list()
                .getItems();
    }

    private List<String> steps() {
        return audit.writes().stream().map(r -> r.verb() + " " + r.resource()).toList();
    }
}
