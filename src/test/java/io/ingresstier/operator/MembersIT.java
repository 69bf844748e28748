package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.NodeState;
import io.ingresstier.api.NodeStatus;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import io.ingresstier.world.Marks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Members of a serving tier join, leave, are lost and come back. The tests share the tier; each leaves it as it was.
 */
@ApiLevel(cleanAfterEach = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MembersIT {

    private static final int NODES = 9;
    private static final int MEMBERS = 3;
    private static final int FLAPS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private KubernetesClient client;
    private Lab lab;
    private FakeNodes nodes;
    private Cloud cloud;
    private LiveTier tier;
    private int machines = NODES;
    private OperatorProcess operator;

    @BeforeAll
    void takeOver(Lab lab, KubernetesClient client, FakeNodes nodes, Cloud cloud) {
        this.client = client;
        this.lab = lab;
        this.nodes = nodes;
        this.cloud = cloud;
        OperatorProcess.install(client);
        nodes.create(NODES, 3);
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        operator = OperatorProcess.start(lab, "MembersIT");
        operator.awaitReady();
        tier = LiveTier.create(client);
        awaitSettled(MEMBERS);
    }

    @AfterEach
    void asItWas() {
        nodes("""
                "replicas": 3, "replaceAfterSeconds": 90, "selector": null, "isolation": "Shared"
                """);
        awaitSettled(MEMBERS);
    }

    @AfterAll
    void stop() throws IOException {
        operator.stop();
        Answer.assertNoStackTrace(operator);
    }

    @Test
    void aMemberThatFlapsForLessThanItsTimeIsLeftAlone() {
        String member = member();
        await().until(cloud::idle);
        AuditLog audit = lab.audit();

        for (int i = 0; i < FLAPS; i++) {
            nodes.ready(member, false);
            awaitMember(member, m -> Boolean.FALSE.equals(m.backend()));
            nodes.ready(member, true);
            awaitMember(member, m -> Boolean.TRUE.equals(m.backend()));
        }

        assertThat(audit.writes()).as("what the operator wrote").isEmpty();
    }

    @Test
    void twoOfThreeThatFailTogetherAreKeptAndOthersJoinUntilTheyAreBack() {
        List<String> failed = tier.members().stream().sorted().limit(2).toList();

        fails(failed, Set.of());
    }

    @Test
    void aZoneThatFailsIsKeptAndOthersJoinUntilItIsBack() {
        lab.kubectl("scale", "itier/default", "--replicas=6");
        awaitSettled(6);
        String zone = zone(member());
        List<String> failed = tier.members().stream()
                .filter(m -> zone(m).equals(zone))
                .sorted()
                .toList();
        assertThat(failed).hasSize(2);

        fails(failed, tier.members());
    }

    private void fails(List<String> failed, Set<String> others) {
        nodes("\"replaceAfterSeconds\": 2");
        Set<String> members = tier.members();
        AuditLog audit = lab.audit();
        failed.forEach(node -> nodes.ready(node, false));
        tier.await(t -> reason(t.getStatus(), Reason.MassFailure));
        await("others to join").atMost(PATIENCE).until(() -> tier.members().size() == members.size() + failed.size());
        awaitServing(members.size());

        assertThat(tier.members()).containsAll(members).containsAll(others);
        assertThat(audit.writes())
                .filteredOn(r -> r.resource().equals("pods") || failed.contains(r.name()))
                .as("writes that take something away")
                .isEmpty();

        failed.forEach(node -> nodes.ready(node, true));
        awaitSettled(members.size());
    }

    @Test
    void scaleIsAskedForAndToldOverTheSubresource() {
        Set<String> before = tier.members();

        lab.kubectl("scale", "itier/default", "--replicas=5");
        awaitSettled(5);
        assertThat(tier.members()).containsAll(before);
        assertThat(tier.members().stream().map(this::zone).distinct()).hasSize(3);
        var scale = client.resources(IngressTier.class).withName("default").scale();
        assertThat(scale.getSpec().getReplicas()).isEqualTo(5);
        assertThat(scale.getStatus().getReplicas()).isEqualTo(5);

        lab.kubectl("scale", "itier/default", "--replicas=2");
        awaitSettled(2);
        assertThat(before).containsAll(tier.members());
    }

    @Test
    void aCordonedMemberIsDrainedSaysSoAndComesBack() {
        String member = member();
        lab.kubectl("cordon", member);
        awaitMember(member, m -> "CordonedAndDrained".equals(m.reason()));
        Node drained = client.nodes()
                .withName(member)
                .waitUntilCondition(
                        n -> n.getMetadata().getAnnotations().containsKey(Marks.DRAINED), 120, TimeUnit.SECONDS);
        assertThat(drained.getMetadata().getLabels()).containsKeys("node-role.kubernetes.io/ingress", Marks.EXCLUDE);
        await().untilAsserted(
                        () -> assertThat(cloud.backends(Cloud.INGRESS, 80)).doesNotContain(member));

        lab.kubectl("uncordon", member);
        awaitMember(member, m -> m.state() == NodeState.Serving);
        assertThat(node(member).orElseThrow().getMetadata().getAnnotations()).doesNotContainKey(Marks.DRAINED);
        assertThat(tier.members()).contains(member);
        assertThat(events(member)).contains("NodeExcluded", "NodeServing");
    }

    @Test
    void aMemberThatAnAutoscalerWillRemoveIsReplacedAndForgotten() {
        String member = member();
        lab.kubectl("taint", "node", member, "ToBeDeletedByClusterAutoscaler=1:NoSchedule");
        await().atMost(PATIENCE).until(() -> !tier.members().contains(member));
        awaitSettled(MEMBERS);
        assertThat(events(member)).contains("NodeReleased", "NodeReplaced");

        delete(member);
        awaitSettled(MEMBERS);
        assertThat(tier.get().getStatus().nodes()).noneMatch(n -> n.name().equals(member));
    }

    @Test
    void aMemberWhoseNodeIsGoneIsReplacedAtOnce() {
        String member = member();
        client.nodes().withName(member).delete();
        await().atMost(PATIENCE)
                .until(() -> !tier.members().contains(member) && tier.members().size() == MEMBERS);
        awaitSettled(MEMBERS);
    }

    @Test
    void aMemberThatIsLostIsReplacedAndNotMissedWhenItComesBack() {
        nodes("\"replaceAfterSeconds\": 2");
        awaitSettled(MEMBERS);
        String member = member();
        nodes.ready(member, false);
        await().atMost(PATIENCE)
                .until(() -> !tier.members().contains(member) && tier.members().size() == MEMBERS);
        awaitSettled(MEMBERS);
        assertThat(events(member)).contains("NodeLost", "NodeReplaced");

        Set<String> members = tier.members();
        nodes.ready(member, true);
        awaitSettled(MEMBERS);
        assertThat(tier.members()).isEqualTo(members);
    }

    @Test
    void aMemberThatIsNoLongerSelectedIsReplaced() {
        String member = member();
        client.nodes().list().getItems().stream()
                .map(n -> n.getMetadata().getName())
                .filter(n -> !n.equals(member))
                .forEach(n -> lab.kubectl("label", "--overwrite", "node", n, "pool=ingress"));
        nodes("\"selector\": {\"matchLabels\": {\"pool\": \"ingress\"}}");
        await().atMost(PATIENCE).until(() -> !tier.members().contains(member));
        awaitSettled(MEMBERS);
    }

    @Test
    void isolationIsTurnedOnAndOff() {
        nodes("\"isolation\": \"Exclusive\"");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(tier.members())
                        .allSatisfy(m -> assertThat(taints(m)).contains("node-role.kubernetes.io/ingress")));
        awaitSettled(MEMBERS);

        nodes("\"isolation\": \"Shared\"");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(tier.members())
                        .allSatisfy(m -> assertThat(taints(m)).doesNotContain("node-role.kubernetes.io/ingress")));
    }

    private String member() {
        return tier.members().stream().sorted().findFirst().orElseThrow();
    }

    /** Changes these fields of {@code spec.nodes}, given as JSON. */
    private void nodes(String fields) {
        tier.resource().patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"nodes\": {" + fields + "}}}");
    }

    private Optional<Node> node(String name) {
        return Optional.ofNullable(client.nodes().withName(name).get());
    }

    /** Gone for good; another machine takes its place in the zone. */
    private void delete(String node) {
        String zone = zone(node);
        client.nodes().withName(node).delete();
        machines++;
        nodes.create("n" + machines, zone, machines);
    }

    private String zone(String node) {
        return node(node).orElseThrow().getMetadata().getLabels().get("topology.kubernetes.io/zone");
    }

    private List<String> taints(String node) {
        return node(node).orElseThrow().getSpec().getTaints().stream()
                .map(Taint::getKey)
                .toList();
    }

    private List<String> events(String node) {
        return client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(e -> "Node".equals(e.getInvolvedObject().getKind()))
                .filter(e -> node.equals(e.getInvolvedObject().getName()))
                .map(Event::getReason)
                .toList();
    }

    private static boolean reason(IngressTierStatus status, Reason reason) {
        return status.conditions().stream().anyMatch(c -> reason.name().equals(c.getReason()));
    }

    private void awaitMember(String name, Predicate<NodeStatus> seen) {
        tier.await(t -> t.getStatus().nodes().stream().anyMatch(n -> n.name().equals(name) && seen.test(n)));
    }

    private void awaitServing(int members) {
        tier.await(t -> t.getStatus().nodes().stream()
                        .filter(n -> n.state() == NodeState.Serving)
                        .count()
                >= members);
    }

    /** So many members, all of them serving, and nobody on the way. */
    private void awaitSettled(int members) {
        tier.awaitReady();
        // By name: a status from before the last change has as many, and they serve.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(tier.get().getStatus().nodes())
                        .hasSize(members)
                        .allMatch(n -> n.state() == NodeState.Serving)
                        .extracting(NodeStatus::name)
                        .containsExactlyInAnyOrderElementsOf(tier.members()));
        await().atMost(PATIENCE)
                .until(() -> client.nodes()
                        .withLabel(Marks.EXCLUDE)
                        .list()
                        .getItems()
                        .isEmpty());
    }
}
