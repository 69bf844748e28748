package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Watchable;
import io.ingresstier.api.IngressTier;
import io.ingresstier.world.Marks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * How much of a takeover the operator itself takes: for each of its writes the time since the last thing that the
 * design makes it wait for, all seen from a watch of its own.
 */
final class WriteDelays implements AutoCloseable {

    private static final String NAMESPACE = "kube-system";
    private static final String HASH = "service.beta.kubernetes.io/hash";
    /** The least time that a change is given to settle, whatever the provider signals. */
    private static final Duration FLOOR = Duration.ofSeconds(2);

    private final Map<String, Instant> first = new ConcurrentHashMap<>();
    private final Map<String, Instant> podReady = new ConcurrentHashMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private final Set<String> claimed = ConcurrentHashMap.newKeySet();
    private volatile String hash = "";

    WriteDelays(KubernetesClient client, String tier) {
        watch(client.resources(IngressTier.class), (t, deleted) -> {
            seen("tier created", true);
            seen("AddFinalizer", t.getMetadata().getFinalizers().contains(Marks.FINALIZER));
        });
        watch(
                client.configMaps().inNamespace(NAMESPACE).withLabel(Marks.TIER, tier),
                (c, deleted) -> seen("RecordOriginals", true));
        watch(
                client.apps().daemonSets().inNamespace(NAMESPACE).withLabel(Marks.TIER, tier),
                (d, deleted) -> seen("ApplyWorkload", true));
        watch(client.nodes(), (n, deleted) -> {
            if (tier.equals(n.getMetadata().getAnnotations().get(Marks.TIER))
                    && claimed.add(n.getMetadata().getName())) {
                seen(claimed.size() == 1 ? "ClaimNode canary" : "ClaimNode", true);
            }
        });
        watch(client.pods().inNamespace(NAMESPACE), this::pod);
        watch(client.services().inNamespace(NAMESPACE), this::service);
        watch(
                client.apps().deployments().inNamespace(NAMESPACE),
                (Deployment d, Boolean deleted) ->
                        seen("ScaleIncumbent", d.getSpec().getReplicas() == 0));
    }

    private void pod(Pod pod, boolean deleted) {
        boolean tierPod = pod.getMetadata().getLabels().containsKey(Marks.TIER);
        boolean ready = pod.getStatus().getConditions().stream()
                .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
        if (tierPod && ready) {
            podReady.putIfAbsent(pod.getMetadata().getName(), Instant.now());
        }
        if (!tierPod && deleted) {
            first.put("incumbent gone", Instant.now());
        }
    }

    private void service(Service service, boolean deleted) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(service.getMetadata().getAnnotations(), Map.of());
        String now = Objects.requireNonNullElse(service.getMetadata().getLabels(), Map.<String, String>of())
                .getOrDefault(HASH, "");
        if (!now.equals(hash)) {
            hash = now;
            seen("draining taken over", first.containsKey("EnableDraining") && !first.containsKey("AttachService"));
            seen("attachment taken over", first.containsKey("AttachService"));
        }
        seen("EnableDraining", annotations.containsKey(Marks.DRAINING_ON_AT));
        seen("AttachService", annotations.containsKey(Marks.ATTACHED_AT));
        seen("NarrowSelector", annotations.containsKey(Marks.NARROWED_AT));
        seen("WidenSelector", first.containsKey("NarrowSelector") && !annotations.containsKey(Marks.NARROWED_AT));
    }

    private void seen(String milestone, boolean reached) {
        if (reached) {
            first.putIfAbsent(milestone, Instant.now());
        }
    }

    private <T extends HasMetadata> void watch(Watchable<T> objects, BiConsumer<T, Boolean> seen) {
        watches.add(objects.watch(new Watcher<T>() {
            @Override
            public void eventReceived(Action action, T object) {
                seen.accept(object, action == Action.DELETED);
            }

            @Override
            public void onClose(WatcherException cause) {}
        }));
    }

    /** The delay of each write, in the order of the writes; those that were not seen are missing. */
    Map<String, Duration> of(IngressTier tier) {
        var rollout = tier.getSpec().rollout();
        Duration minReady = Duration.ofSeconds(rollout.minReadySeconds());
        Duration settle = Duration.ofSeconds(Objects.requireNonNull(
                Objects.requireNonNull(tier.getStatus().effective()).settleSeconds()));
        var ready = podReady.values().stream().sorted().toList();
        var due = new LinkedHashMap<String, Instant>();
        due.put("AddFinalizer", at("tier created"));
        due.put("RecordOriginals", at("AddFinalizer"));
        due.put("ApplyWorkload", at("RecordOriginals"));
        due.put("ClaimNode canary", at("ApplyWorkload"));
        due.put("ClaimNode", ready.getFirst().plus(minReady));
        due.put("EnableDraining", ready.getLast().plus(longer(minReady, settle)));
        due.put("AttachService", later(at("EnableDraining").plus(FLOOR), at("draining taken over")));
        due.put(
                "NarrowSelector",
                later(at("AttachService").plus(FLOOR), at("attachment taken over"))
                        .plusSeconds(rollout.soakSeconds()));
        due.put("ScaleIncumbent", at("NarrowSelector").plus(settle).plusSeconds(rollout.drainSeconds()));
        due.put("WidenSelector", at("incumbent gone"));
        var delays = new LinkedHashMap<String, Duration>();
        due.forEach((write, since) -> {
            if (first.containsKey(write)) {
                delays.put(write, Duration.between(since, at(write)));
            }
        });
        return delays;
    }

    /**
     * The delays and their sum as a table; one that is negative was written before the watch showed what it waited for.
     */
    static String table(Map<String, Duration> delays) {
        var text = new StringBuilder("| write | delay ms |\n|---|---:|\n");
        delays.forEach((write, delay) -> text.append("| %s | %,d |\n".formatted(write, delay.toMillis())));
        long sum = delays.values().stream()
                .mapToLong(Duration::toMillis)
                .filter(d -> d > 0)
                .sum();
        return text.append("| sum | %,d |\n".formatted(sum)).toString();
    }

    private Instant at(String milestone) {
        return first.getOrDefault(milestone, Instant.EPOCH);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
