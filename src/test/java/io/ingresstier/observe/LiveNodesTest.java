package io.ingresstier.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.ingresstier.api.NodeLabel;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API server lists against what a watch shows. */
@EnableKubernetesMockClient(https = false, crud = true)
class LiveNodesTest {

    private static final NodeLabel LABEL = NodeLabel.defaults();
    private static final Logger QUIET = Logger.getLogger("io.fabric8.mockwebserver");

    static {
        QUIET.setLevel(Level.WARNING);
    }

    private static KubernetesClient client;
    private final Map<String, Node> shown = new HashMap<>();
    private final AtomicInteger told = new AtomicInteger();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private LiveNodes live;

    @BeforeEach
    void prepare() {
        live = new LiveNodes(
                client, () -> now, () -> Set.of(LABEL), new Watch(), Duration.ofMillis(50), told::incrementAndGet);
    }

    @AfterEach
    void close() {
        live.close();
        client.nodes().delete();
    }

    private final class Watch implements LiveNodes.Shown {
        @Override
        public List<Node> list() {
            return List.copyOf(shown.values());
        }

        @Override
        public Optional<Node> get(String name) {
            return Optional.ofNullable(shown.get(name));
        }
    }

    private static Node create(String name) {
        return client.resource(node(name).build()).create();
    }

    private static NodeBuilder node(String name) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(LABEL.key(), LABEL.value())
                .endMetadata();
    }

    @Test
    void nothingIsToldWhereTheWatchShowsTheSame() {
        shown.put("n1", create("n1"));
        live.look(Set.of(LABEL));
        assertThat(live.agrees()).isTrue();
        assertThat(told).hasValue(0);
    }

    @Test
    void aNodeThatTheWatchDoesNotShowIsToldOnceAndThePictureIsOutOfDateUntilItDoes() {
        Node node = create("n1");
        live.look(Set.of(LABEL));
        await().until(() -> !live.agrees());
        assertThat(told).hasValue(1);
        live.look(Set.of(LABEL));
        now = now.plusSeconds(200);
        assertThat(live.hopeless()).isTrue();
        shown.put("n1", node);
        live.look(Set.of(LABEL));
        assertThat(live.agrees()).isTrue();
        assertThat(live.hopeless()).isFalse();
        assertThat(told).hasValue(2);
    }

    @Test
    void aNodeThatIsGoneAndStillShownIsTold() {
        shown.put("n1", node("n1").build());
        live.look(Set.of(LABEL));
        await().until(() -> !live.agrees());
    }

    @Test
    void aWatchThatIsMerelyAMomentBehindIsNotSilent() {
        Node node = create("n1");
        var behind = new LiveNodes(
                client, () -> now, () -> Set.of(LABEL), new Watch(), Duration.ofSeconds(2), told::incrementAndGet);
        behind.look(Set.of(LABEL));
        shown.put("n1", node);
        await().during(Duration.ofMillis(2500)).atMost(Duration.ofMinutes(1)).until(behind::agrees);
        assertThat(told).hasValue(0);
        behind.close();
    }
}
