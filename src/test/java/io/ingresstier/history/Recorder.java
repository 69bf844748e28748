package io.ingresstier.history;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.fabric8.kubernetes.client.dsl.Watchable;
import io.ingresstier.api.IngressTier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every write to what a tier may touch, from watches that begin where a LIST ended. Informers would do less: one that
 * lists anew shows only what is there then.
 */
final class Recorder implements AutoCloseable {

    /** What a watch told. */
    record Event(HasMetadata object, boolean deleted, Instant at) {

        long version() {
            return Recorder.version(object);
        }
    }

    private final List<HasMetadata> found = new ArrayList<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<WatcherException> broken = new CopyOnWriteArrayList<>();
    private final List<Watch> watches = new ArrayList<>();
    private final List<Supplier<List<? extends HasMetadata>>> lists = new ArrayList<>();
    /** Kind and key of what is there, with the version seen last. */
    private final Map<String, Long> seen = new ConcurrentHashMap<>();

    Recorder(KubernetesClient client) {
        follow(client.nodes());
        follow(client.services().inAnyNamespace());
        follow(client.discovery().v1().endpointSlices().inAnyNamespace());
        follow(client.pods().inAnyNamespace());
        follow(client.apps().daemonSets().inAnyNamespace());
        follow(client.apps().deployments().inAnyNamespace());
        follow(client.policy().v1().podDisruptionBudget().inAnyNamespace());
        follow(client.configMaps().inAnyNamespace());
        follow(client.resources(IngressTier.class));
    }

    private <T extends HasMetadata, L extends KubernetesResourceList<T>, O extends Listable<L> & Watchable<T>>
            void follow(O objects) {
        L list = objects.list();
        list.getItems().forEach(o -> seen.put(Revision.key(o), version(o)));
        found.addAll(list.getItems());
        lists.add(() -> objects.list().getItems());
        var from = new ListOptionsBuilder()
                .withResourceVersion(list.getMetadata().getResourceVersion())
                .build();
        watches.add(objects.watch(from, new Watcher<T>() {
            @Override
            public void eventReceived(Action action, T object) {
                events.add(new Event(object, action == Action.DELETED, Instant.now()));
                if (action == Action.DELETED) {
                    seen.remove(Revision.key(object));
                } else {
                    seen.put(Revision.key(object), version(object));
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                broken.add(cause);
            }
        }));
    }

    static long version(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }

    /** What was there at first. */
    List<HasMetadata> found() {
        return List.copyOf(found);
    }

    /** Every write until now, once all of them have arrived; in no order. */
    List<Event> events() {
        Map<String, Long> now = lists.stream()
                .flatMap(list -> list.get().stream())
                .collect(Collectors.toMap(Revision::key, Recorder::version));
        await("the watches to have told of every write")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .failFast("a watch ended: " + broken, () -> !broken.isEmpty())
                .until(() -> caughtUp(now));
        return List.copyOf(events);
    }

    /** What was listed has been seen at that version or a later one, and what was not listed is gone or newer. */
    private boolean caughtUp(Map<String, Long> listed) {
        long newest = listed.values().stream().mapToLong(v -> v).max().orElse(0);
        return Stream.concat(listed.keySet().stream(), seen.keySet().stream()).allMatch(key -> {
            long shown = seen.getOrDefault(key, Long.MAX_VALUE);
            return listed.containsKey(key) ? shown >= listed.get(key) : shown > newest || shown == Long.MAX_VALUE;
        });
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
