package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Restore equals: whatever a tier is interrupted in, after its deletion every object that it may touch is as it was,
 * field by field. The states run side by side, each in a {@link Site} of its own, under one operator.
 */
@ApiLevel(cleanAfterEach = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestoreIT {

    private final Map<Interruption, Site> sites = new EnumMap<>(Interruption.class);
    private final Map<Interruption, Future<?>> courses = new EnumMap<>(Interruption.class);
    private ExecutorService people;
    private OperatorProcess operator;
    private KubernetesClient client;

    @BeforeAll
    void everyStateBegins(Lab lab, KubernetesClient client, FakeNodes nodes) {
        this.client = client;
        OperatorProcess.install(client);
        for (Interruption state : Interruption.values()) {
            String name = state.name().toLowerCase().replace('_', '-');
            sites.put(state, Site.create(client, nodes, name, state.ordinal()));
        }
        sites.values().forEach(Site::awaitServing);
        operator = OperatorProcess.start(lab, "RestoreIT");
        operator.awaitReady();
        people = Executors.newVirtualThreadPerTaskExecutor();
        sites.forEach((state, site) -> courses.put(state, people.submit(() -> course(state, site))));
    }

    @AfterAll
    void stop() {
        people.shutdownNow();
        operator.stop();
        sites.values().forEach(Site::delete);
        sites.values().forEach(Site::awaitGone);
    }

    @ParameterizedTest
    @EnumSource
    void afterADeletionEverythingIsAsItWas(Interruption state) throws InterruptedException {
        try {
            courses.get(state).get();
        } catch (ExecutionException e) {
            throw new AssertionError(state + " did not end as it should", e.getCause());
        }
    }

    @Test
    void theComparisonSeesASingleLabel() throws Exception {
        courses.get(Interruption.RECORDED).get();
        Site site = sites.get(Interruption.RECORDED);
        SortedMap<String, ObjectNode> before = site.dump();
        client.nodes()
                .withName(site.name() + "-n1")
                .edit(n -> new NodeBuilder(n)
                        .editMetadata()
                        .addToLabels("left", "behind")
                        .endMetadata()
                        .build());
        assertThat(Differences.between(before, site.dump()))
                .singleElement()
                .satisfies(d ->
                        assertThat(d).startsWith("Node " + site.name() + "-n1").contains("left: \"behind\""));
    }

    @Test
    void whatSomebodyElseChangedIsNamedInAnEvent() throws Exception {
        courses.get(Interruption.CHANGED_BY_HELM).get();
        String tier = sites.get(Interruption.CHANGED_BY_HELM).name();
        assertThat(client.v1().events().inNamespace("default").list().getItems())
                .filteredOn(e -> e.getInvolvedObject().getName().equals(tier))
                .filteredOn(e -> e.getReason().equals("ForeignEditKept"))
                .extracting(Event::getMessage)
                .anyMatch(m -> m.contains(Interruption.DRAIN_TIMEOUT) && m.contains("is \"77\""))
                .anyMatch(m -> m.contains("the image of nginx-ingress-controller was \"lab.local/nginx:1\""));
    }

    private static void course(Interruption state, Site site) {
        SortedMap<String, ObjectNode> before = site.dump();
        LiveTier tier = site.createTier();
        state.reach(site, tier);
        tier.resource().delete();
        state.meanwhile(site, tier);
        tier.resource().waitUntilCondition(Objects::isNull, 6, TimeUnit.MINUTES);
        state.expect(before);
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() ->
                        assertThat(Differences.between(before, site.dump())).isEmpty());
    }
}
