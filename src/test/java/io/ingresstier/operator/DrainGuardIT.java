package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.AuditLog.Request;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import io.ingresstier.world.Anchorage;
import io.ingresstier.world.Marks;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drains by an unmodified {@code kubectl}, held by Kubernetes' own disruption controller and eviction API. */
@ApiLevel
class DrainGuardIT {

    private static final String NAME = Anchorage.name("default");
    private static final Duration A_WHILE = Duration.ofMinutes(2);

    private Lab lab;
    private KubernetesClient client;
    private OperatorProcess operator;

    @BeforeEach
    void defaultCluster(Lab lab, KubernetesClient client, Cloud cloud, FakeNodes nodes) {
        this.lab = lab;
        this.client = client;
        OperatorProcess.install(client);
        nodes.create(6, 3);
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        await().until(() -> cloud.idle() && cloud.backends(Cloud.INGRESS, 80).size() == 2);
        operator = OperatorProcess.start(lab, "DrainGuardIT");
        operator.awaitReady();
    }

    @AfterEach
    void stop() {
        operator.stop();
    }

    @Test
    void aDrainWaitsUntilTheMemberIsDrainedThenGoesOnAndTheMemberComesBackGuarded(Cloud cloud, FakeNodes nodes) {
        // Longer than the five seconds after which kubectl asks again for an eviction.
        var tier = LiveTier.create(client, "default", spec -> spec.withRollout(r -> r.withDrainSeconds(6)))
                .awaitReady();
        awaitAnchored(tier);
        assertThat(budget().require().getStatus().getDisruptionsAllowed()).isZero();
        String node = tier.members().stream().sorted().findFirst().orElseThrow();
        Pod anchor = anchorOn(node);
        assertThat(evict(anchor)).as("an eviction before any drain").isFalse();

        AuditLog audit = lab.audit();
        String told = lab.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=90s");

        assertThat(told).contains("node/" + node + " drained");
        client.nodes()
                .withName(node)
                .waitUntilCondition(
                        n -> n != null && n.getMetadata().getAnnotations().containsKey(Marks.DRAINED),
                        A_WHILE.toSeconds(),
                        TimeUnit.SECONDS);
        await().untilAsserted(() -> assertThat(evictions(audit, anchor))
                .startsWith(429)
                .endsWith(201)
                .containsOnlyOnce(201));
        assertThat(steps(audit, anchor))
                .containsSubsequence(
                        "patch nodes", // out of the balancer
                        "patch pods", // out of the Service
                        "patch pods", // the anchor is let go
                        "create pods/eviction");
        tier.members().stream()
                .filter(other -> !other.equals(node))
                .forEach(other -> assertThat(evict(anchorOn(other)))
                        .as("an eviction on " + other)
                        .isFalse());
        await().atMost(A_WHILE)
                .untilAsserted(() -> assertThat(anchors())
                        .extracting(p -> p.getSpec().getNodeName())
                        .hasSize(2)
                        .doesNotContain(node)
                        .doesNotContainNull());

        nodes.ready(node, false);
        nodes.ready(node, true);
        nodes.schedulable(node, true);

        tier.awaitReady();
        awaitAnchored(tier);
        await().atMost(A_WHILE)
                .untilAsserted(
                        () -> assertThat(cloud.backends(Cloud.INGRESS, 80)).isEqualTo(tier.members()));
        tier.deleteAndAwaitGone();
        await().atMost(A_WHILE).untilAsserted(() -> assertThat(anchors()).isEmpty());
        assertThat(budget().get()).isNull();
        assertThat(audit.ofOperator()).noneMatch(r -> r.code() == 403);
    }

    @Test
    void whereNobodyIsToWaitADrainDoesNot() {
        var tier = LiveTier.create(client).awaitReady();
        awaitAnchored(tier);
        tier.resource()
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"nodes\":{\"drainGuard\":\"Disabled\"}}}");
        deployment().waitUntilCondition(Objects::isNull, A_WHILE.toSeconds(), TimeUnit.SECONDS);
        budget().waitUntilCondition(Objects::isNull, A_WHILE.toSeconds(), TimeUnit.SECONDS);
        await().atMost(A_WHILE).untilAsserted(() -> assertThat(anchors()).isEmpty());
        tier.awaitReady();
    }

    @Test
    void objectsOfSomebodyElsesAreLeftAloneAndNamed() {
        Deployment foreign = client.resource(new DeploymentBuilder(Incumbent.deployment(0))
                        .editMetadata()
                        .withName(NAME)
                        .endMetadata()
                        .build())
                .create();
        var tier = LiveTier.create(client).awaitReady();
        assertThat(tier.condition(ConditionType.Accepted).getReason()).isEqualTo(Reason.AnchorsNotOurs.name());
        assertThat(tier.condition(ConditionType.Accepted).getMessage())
                .contains("Deployment kube-system/" + NAME, "nodes.drainGuard: Disabled");
        assertThat(budget().get()).isNull();
        tier.deleteAndAwaitGone();
        assertThat(deployment().require().getMetadata().getGeneration())
                .isEqualTo(foreign.getMetadata().getGeneration());
    }

    /** Each member hosts an anchor that is ready, and the budget counts all of them. */
    private void awaitAnchored(LiveTier tier) {
        await().atMost(A_WHILE).untilAsserted(() -> {
            assertThat(anchors())
                    .filteredOn(p -> p.getStatus().getConditions().stream()
                            .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus())))
                    .filteredOn(p -> "true".equals(p.getMetadata().getLabels().get(Marks.HELD)))
                    .extracting(p -> p.getSpec().getNodeName())
                    .containsExactlyInAnyOrderElementsOf(tier.members());
            assertThat(budget().require().getStatus().getCurrentHealthy()).isEqualTo(3);
        });
    }

    private List<Pod> anchors() {
        return client
                .pods()
                .inNamespace(Incumbent.NAMESPACE)
                .withLabel(Marks.ANCHOR, "default")
                .list()
                .getItems()
                .stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private Pod anchorOn(String node) {
        return anchors().stream()
                .filter(p -> node.equals(p.getSpec().getNodeName()))
                .findFirst()
                .orElseThrow();
    }

    /** Whether the API server lets the pod go. */
    private boolean evict(Pod pod) {
        return client.pods()
                .inNamespace(Incumbent.NAMESPACE)
                .withName(pod.getMetadata().getName())
                .evict();
    }

    private Resource<Deployment> deployment() {
        return client.apps().deployments().inNamespace(Incumbent.NAMESPACE).withName(NAME);
    }

    private Resource<PodDisruptionBudget> budget() {
        return client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(Incumbent.NAMESPACE)
                .withName(NAME);
    }

    /** How the evictions of an anchor were answered, in order. */
    private static List<Integer> evictions(AuditLog audit, Pod anchor) {
        return audit.requests().stream()
                .filter(r -> eviction(r, anchor))
                .map(Request::code)
                .toList();
    }

    /** What the operator wrote, and the eviction that went through. */
    private static List<String> steps(AuditLog audit, Pod anchor) {
        return Stream.concat(
                        audit.writes().stream(),
                        audit.requests().stream().filter(r -> eviction(r, anchor) && r.code() == 201))
                .sorted(Comparator.comparing(Request::at))
                .map(r -> r.verb() + " " + r.resource())
                .toList();
    }

    private static boolean eviction(Request request, Pod anchor) {
        return request.resource().equals("pods/eviction")
                && request.name().equals(anchor.getMetadata().getName());
    }
}
