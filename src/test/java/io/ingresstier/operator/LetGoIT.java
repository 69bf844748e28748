package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import io.ingresstier.world.Marks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Deletions that cannot or shall not put everything back, of tiers that have taken over. */
@ApiLevel(cleanAfterEach = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LetGoIT {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final Map<String, Site> sites = new TreeMap<>();
    private final Map<String, SortedMap<String, ObjectNode>> before = new TreeMap<>();
    private final Map<String, LiveTier> tiers = new TreeMap<>();
    private OperatorProcess operator;
    private KubernetesClient client;

    @BeforeAll
    void takeOver(Lab lab, KubernetesClient client, FakeNodes nodes) {
        this.client = client;
        OperatorProcess.install(client);
        for (String name : List.of("forced", "unrecorded", "vacated", "retained")) {
            sites.put(name, Site.create(client, nodes, name, sites.size()));
        }
        sites.values().forEach(Site::awaitServing);
        operator = OperatorProcess.start(lab, "LetGoIT");
        operator.awaitReady();
        sites.forEach((name, site) -> {
            before.put(name, site.dump());
            // One is stopped half-way while a member drains, which takes long enough to be seen and answered.
            tiers.put(name, name.equals("retained") ? site.createTier(30) : site.createTier());
        });
        tiers.values().forEach(LiveTier::awaitReady);
    }

    @AfterAll
    void stop() {
        operator.stop();
        sites.values().forEach(Site::delete);
        sites.values().forEach(Site::awaitGone);
    }

    @Test
    void forceLetsGoOfATierThatNothingElseWouldAndOnlyTheRightWordDoes() {
        LiveTier tier = tiers.get("forced");
        Site site = sites.get("forced");
        site.incumbent().delete();
        tier.resource().delete();
        tier.await(ConditionType.Stalled, "True", Reason.IncumbentDeleted);
        assertThat(tier.condition(ConditionType.Ready).getMessage())
                .contains("Create it", "deletionPolicy: Retain", "ingresstier.io/force-delete");

        annotate(tier, "yes");
        tier.await(t -> t.getStatus()
                .condition(ConditionType.Ready)
                .filter(c -> c.getMessage().contains("\"yes\", which is ignored; only \"true\""))
                .isPresent());
        annotate(tier, "true");
        tier.resource().waitUntilCondition(Objects::isNull, 120, TimeUnit.SECONDS);

        assertLeftRunning(site);
        // It is told after the writes, of which the last let the tier go.
        await().untilAsserted(() -> assertThat(events(site, "ForceDeleted"))
                .singleElement()
                .satisfies(m -> assertThat(m)
                        .contains("DaemonSet forced/" + Incumbent.NAME, "had 2 replicas")
                        .doesNotContain("could not be written")));
    }

    @Test
    void withoutItsRecordATierIsLeftAsItRunsAndItIsSaid() {
        LiveTier tier = tiers.get("unrecorded");
        Site site = sites.get("unrecorded");
        site.originals().delete();
        tier.await(ConditionType.Ready, "False", Reason.OriginalsLost);
        tier.deleteAndAwaitGone();

        assertLeftRunning(site);
        assertThat(events(site, "RestoreIncomplete"))
                .singleElement()
                .satisfies(m ->
                        assertThat(m).contains("ConfigMap unrecorded/ingresstier-unrecorded-originals", "is gone"));
    }

    @Test
    void aNamespaceThatGoesHoldsNothingAndTheNodesAreAsTheyWere() {
        Site site = sites.get("vacated");
        site.delete();
        tiers.get("vacated").deleteAndAwaitGone();
        site.awaitGone();

        var nodes = new TreeMap<>(before.get("vacated"));
        nodes.keySet().removeIf(key -> !key.startsWith("Node "));
        assertThat(Differences.between(nodes, site.dump())).isEmpty();
    }

    @Test
    void aDeletionSwitchedToRetainHalfWayBringsBackWhoWasLeaving() {
        LiveTier tier = tiers.get("retained");
        Site site = sites.get("retained");
        tier.resource().delete();
        client.pods()
                .inNamespace(site.name())
                .informOnCondition(pods -> pods.stream().anyMatch(LetGoIT::detached))
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
        tier.resource().patch(MERGE, "{\"spec\":{\"deletionPolicy\":\"Retain\"}}");
        tier.resource().waitUntilCondition(Objects::isNull, 120, TimeUnit.SECONDS);

        assertLeftRunning(site);
    }

    private static boolean detached(Pod pod) {
        return pod.getMetadata().getAnnotations().containsKey(Marks.DETACHED_AT);
    }

    private static void annotate(LiveTier tier, String value) {
        tier.resource()
                .patch(MERGE, "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(Marks.FORCE_DELETE, value));
    }

    /** Every member serves, and nothing says that there was a tier but the labels that it runs by. */
    private void assertLeftRunning(Site site) {
        assertThat(site.marks()).isEmpty();
        assertThat(site.originals().get()).isNull();
        List<Node> members = client.nodes()
                .withLabel("node-role.kubernetes.io/ingress", site.name())
                .list()
                .getItems();
        assertThat(members)
                .hasSize(2)
                .allMatch(n -> !n.getMetadata().getLabels().containsKey(Marks.EXCLUDE));
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(serving(site))
                        .containsAll(members.stream()
                                .map(n -> n.getMetadata().getName())
                                .toList()));
    }

    /** The nodes whose pods the Service sends to. */
    private List<String> serving(Site site) {
        return client.discovery().v1().endpointSlices().inNamespace(site.name()).list().getItems().stream()
                .flatMap(s -> s.getEndpoints().stream())
                .filter(e -> Boolean.TRUE.equals(e.getConditions().getReady()))
                .map(e -> e.getNodeName())
                .toList();
    }

    private List<String> events(Site site, String reason) {
        return client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(e -> e.getInvolvedObject().getName().equals(site.name())
                        && e.getReason().equals(reason))
                .map(Event::getMessage)
                .toList();
    }
}
