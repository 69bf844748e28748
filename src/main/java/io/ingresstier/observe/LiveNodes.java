package io.ingresstier.observe;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.ingresstier.api.NodeLabel;
import io.ingresstier.world.NodeView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the tiers' nodes from the API server itself every minute: a watch can fall silent and look alive
 * (kubernetes-client #4781, #6379, #7450). What differs from what the watch has shown, and still does a moment later,
 * makes the nodes a source that is out of date.
 */
final class LiveNodes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveNodes.class);

    private static final Duration EVERY = Duration.ofSeconds(60);
    /** A watch that works has brought a change by then. */
    static final Duration CATCH_UP = Duration.ofSeconds(5);
    /** A process whose watch stays silent for so long had better start anew. */
    private static final Duration HOPELESS = Duration.ofMinutes(3);

    /** What a watch shows of the nodes. */
    interface Shown {
        /** All of them. */
        List<Node> list();

        /** One of them. */
        Optional<Node> get(String name);
    }

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("live-nodes").factory());
    private final KubernetesClient client;
    private final InstantSource clock;
    private final Supplier<Set<NodeLabel>> labels;
    private final Shown cache;
    private final Duration catchUp;
    private final Runnable differs;
    private volatile Optional<Instant> silentSince = Optional.empty();

    /**
     * @param labels the role labels of all tiers
     * @param catchUp how long a watch that works may take to bring a change
     * @param differs called when the watch has fallen silent, and when it is back
     */
    LiveNodes(
            KubernetesClient client,
            InstantSource clock,
            Supplier<Set<NodeLabel>> labels,
            Shown cache,
            Duration catchUp,
            Runnable differs) {
        this.client = client;
        this.clock = clock;
        this.labels = labels;
        this.cache = cache;
        this.catchUp = catchUp;
        this.differs = differs;
    }

    void start() {
        timer.scheduleWithFixedDelay(
                guarded(() -> look(labels.get())), EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    /** Whether the watch shows the nodes as they are, as far as is known. */
    boolean agrees() {
        return silentSince.isEmpty();
    }

    /** Whether the watch has not shown them for long. */
    boolean hopeless() {
        return silentSince
                .filter(since -> !since.plus(HOPELESS).isAfter(clock.instant()))
                .isPresent();
    }

    /** Compares once, and once more for what differs. */
    void look(Set<NodeLabel> wanted) {
        var suspects = new TreeMap<String, String>();
        for (NodeLabel label : wanted) {
            // Without a resourceVersion the API server answers from etcd and not from its own cache.
            var live = byName(
                    client.nodes().withLabel(label.key(), label.value()).list().getItems());
            var cached = byName(cache.list());
            var shown = byName(cached.values().stream()
                    .filter(n -> NodeView.of(n).labelled(label.key(), label.value()))
                    .toList());
            var names = new TreeSet<>(live.keySet());
            names.addAll(shown.keySet());
            names.stream()
                    .filter(name -> !Objects.equals(essence(live.get(name)), essence(shown.get(name))))
                    .forEach(name -> suspects.put(name, version(cached.get(name))));
        }
        if (suspects.isEmpty()) {
            conclude(suspects.keySet());
        } else {
            timer.schedule(guarded(() -> conclude(unmoved(suspects))), catchUp.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Set<String> unmoved(Map<String, String> suspects) {
        return suspects.entrySet().stream()
                .filter(suspect ->
                        version(cache.get(suspect.getKey()).orElse(null)).equals(suspect.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void conclude(Set<String> stale) {
        boolean agreed = agrees();
        if (stale.isEmpty() == agreed) {
            return; // as before, and said already
        }
        silentSince = stale.isEmpty() ? Optional.empty() : Optional.of(clock.instant());
        if (agreed) {
            LOG.atWarn().addKeyValue("nodes", stale).log("the watch of nodes is silent: the API server knows better");
        } else {
            LOG.atInfo().log("the watch of nodes is back");
        }
        differs.run();
    }

    private static Map<String, Node> byName(Collection<Node> nodes) {
        var byName = new HashMap<String, Node>();
        nodes.forEach(n -> byName.put(n.getMetadata().getName(), n));
        return byName;
    }

    /** What a decision reads of a node; its heartbeat is nothing of it. */
    private static Optional<Object> essence(@Nullable Node node) {
        return Optional.ofNullable(node).map(n -> NodeView.of(Trim.node(n)).unversioned());
    }

    private static String version(@Nullable Node node) {
        return Optional.ofNullable(node)
                .map(n -> n.getMetadata().getResourceVersion())
                .orElse("");
    }

    /** An exception that leaves a scheduled task would end it, unseen. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.atInfo()
                        .setCause(e instanceof KubernetesClientException ? null : e)
                        .log("the nodes could not be read: {}", String.valueOf(e.getMessage()));
            }
        };
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
