package io.ingresstier.history;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.IngressTier;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.world.Marks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A history told by hand: six nodes, two pods of the incumbent on {@code n1} and {@code n2}, and a tier of three that
 * has written nothing yet. {@code we} is the operator, {@code they} are all others; endpoints follow by themselves.
 */
final class Story {

    private final Map<String, HasMetadata> objects = new LinkedHashMap<>();
    private final List<Revision> revisions = new ArrayList<>();
    private final Snapshot start;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long version;

    Story(BackendMode mode) {
        for (int i = 1; i <= 6; i++) {
            write(false, StoryObjects.node(i));
        }
        write(false, Incumbent.deployment(2));
        write(false, Incumbent.service(mode));
        write(false, StoryObjects.pod("old-1", "n1", Map.of()));
        write(false, StoryObjects.pod("old-2", "n2", Map.of()));
        write(false, StoryObjects.tier());
        start = Snapshot.of(objects.values(), now);
        revisions.clear();
    }

    Story pass(int seconds) {
        now = now.plusSeconds(seconds);
        return this;
    }

    Story we(HasMetadata created) {
        return write(true, created);
    }

    Story they(HasMetadata created) {
        return write(false, created);
    }

    <T extends HasMetadata> Story we(Class<T> kind, String name, Consumer<T> edit) {
        return write(true, edited(kind, name, edit));
    }

    <T extends HasMetadata> Story they(Class<T> kind, String name, Consumer<T> edit) {
        return write(false, edited(kind, name, edit));
    }

    Story weDelete(Class<? extends HasMetadata> kind, String name) {
        return delete(true, kind, name);
    }

    Story theyDelete(Class<? extends HasMetadata> kind, String name) {
        return delete(false, kind, name);
    }

    /** A label set, or taken off where there is no value. */
    static <T extends HasMetadata> Consumer<T> label(String key, @Nullable String value) {
        return o -> put(o.getMetadata().getLabels(), key, value);
    }

    /** An annotation set, or taken off where there is no value. */
    static <T extends HasMetadata> Consumer<T> annotation(String key, @Nullable String value) {
        return o -> put(o.getMetadata().getAnnotations(), key, value);
    }

    private static void put(Map<String, String> map, String key, @Nullable String value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    List<String> breaches() {
        return Invariants.breaches(start, revisions).stream()
                .map(Breach::toString)
                .toList();
    }

    private <T extends HasMetadata> T edited(Class<T> kind, String name, Consumer<T> edit) {
        T copy = Serialization.clone(kind.cast(find(kind, name)));
        edit.accept(copy);
        return copy;
    }

    private HasMetadata find(Class<? extends HasMetadata> kind, String name) {
        return objects.values().stream()
                .filter(o -> kind.isInstance(o) && o.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(kind.getSimpleName() + " " + name));
    }

    private Story write(boolean ours, HasMetadata object) {
        Optional<HasMetadata> before = Optional.ofNullable(objects.get(Revision.key(object)));
        var metadata = object.getMetadata();
        metadata.setUid(Objects.requireNonNullElse(metadata.getUid(), "uid-" + Revision.key(object)));
        metadata.setResourceVersion(Long.toString(++version));
        metadata.setLabels(new LinkedHashMap<>(Objects.requireNonNullElse(metadata.getLabels(), Map.of())));
        metadata.setAnnotations(new LinkedHashMap<>(Objects.requireNonNullElse(metadata.getAnnotations(), Map.of())));
        objects.put(Revision.key(object), object);
        revisions.add(new Revision(version, now, object, before, false, ours));
        return follow(object);
    }

    private Story delete(boolean ours, Class<? extends HasMetadata> kind, String name) {
        HasMetadata gone = find(kind, name);
        objects.remove(Revision.key(gone));
        revisions.add(new Revision(++version, now, gone, Optional.of(gone), true, ours));
        return follow(gone);
    }

    /** Endpoints are written anew where Services or pods were. */
    private Story follow(HasMetadata changed) {
        if (changed instanceof Pod || changed instanceof Service) {
            List<Pod> pods = objects.values().stream()
                    .filter(Pod.class::isInstance)
                    .map(Pod.class::cast)
                    .toList();
            List.copyOf(objects.values()).stream()
                    .filter(Service.class::isInstance)
                    .map(s -> StoryObjects.slice((Service) s, pods))
                    .forEach(this::they);
        }
        return this;
    }

    /** Members on n3, n4 and n5, claimed one after the other. */
    Story claim() {
        we(StoryObjects.workload());
        for (String node : List.of("n3", "n4", "n5")) {
            claim(node);
        }
        return this;
    }

    Story claim(String node) {
        we(Node.class, node, n -> {
            Story.<Node>label(StoryObjects.ROLE, "true").accept(n);
            Story.<Node>annotation(Marks.TIER, StoryObjects.TIER).accept(n);
        });
        return they(StoryObjects.tierPod(node, "1"));
    }

    /** The Service is restricted to the members. */
    Story attach() {
        return we(Service.class, StoryObjects.SERVICE, s -> {
            Story.<Service>annotation(StoryObjects.BACKENDS, StoryObjects.ROLE + "=true")
                    .accept(s);
            Story.<Service>annotation(Marks.ATTACHED_AT, now.toString()).accept(s);
        });
    }

    Story narrow() {
        return we(Service.class, StoryObjects.SERVICE, s -> {
            s.getSpec().getSelector().put(Marks.TIER, StoryObjects.TIER);
            Story.<Service>annotation(Marks.NARROWED_AT, now.toString()).accept(s);
        });
    }

    Story widen() {
        return we(Service.class, StoryObjects.SERVICE, s -> {
            s.getSpec().getSelector().remove(Marks.TIER);
            Story.<Service>annotation(Marks.NARROWED_AT, null).accept(s);
        });
    }

    Story scale(int replicas) {
        return we(Deployment.class, Incumbent.NAME, d -> d.getSpec().setReplicas(replicas));
    }

    /** All that a takeover writes and makes others write, in the order of the design. */
    Story takeOver() {
        claim().pass(30).attach().pass(StoryObjects.SOAK + 5);
        narrow().pass(StoryObjects.DRAIN + 5).scale(0);
        return theyDelete(Pod.class, "old-1")
                .theyDelete(Pod.class, "old-2")
                .widen()
                .converge();
    }

    /** The operator says that the tier is ready. */
    Story converge() {
        return we(IngressTier.class, StoryObjects.TIER, StoryObjects::ready);
    }

    /** The tier is deleted, the incumbent is back on n1, n2 and n6, and the Service as it was. */
    Story deleteTier() {
        they(IngressTier.class, StoryObjects.TIER, t -> t.getMetadata().setDeletionTimestamp(now.toString()));
        scale(3);
        for (String node : List.of("n1", "n2", "n6")) {
            they(StoryObjects.pod("new-" + node, node, Map.of()));
        }
        return we(Service.class, StoryObjects.SERVICE, s -> {
            Story.<Service>annotation(StoryObjects.BACKENDS, null).accept(s);
            Story.<Service>annotation(Marks.ATTACHED_AT, null).accept(s);
        });
    }

    Story exclude(String node) {
        return we(Node.class, node, n -> {
            Story.<Node>label(Marks.EXCLUDE, "").accept(n);
            Story.<Node>annotation(Marks.EXCLUDED_AT, now.toString()).accept(n);
        });
    }

    Story detach(String node) {
        return we(Pod.class, "tier-" + node, p -> {
            Story.<Pod>label("app", null).accept(p);
            Story.<Pod>annotation(Marks.DETACHED_AT, now.toString()).accept(p);
        });
    }

    /** The template changes, and the controller replaces no pod by itself. */
    Story template(String revision) {
        return we(
                DaemonSet.class,
                Incumbent.NAME,
                d -> d.getSpec()
                        .getTemplate()
                        .getMetadata()
                        .setLabels(Map.of(Marks.TIER, StoryObjects.TIER, Marks.TEMPLATE, revision)));
    }

    /** A member's pod is told to end, ends, and has a successor. */
    Story restart(String node, String revision) {
        we(Pod.class, "tier-" + node, p -> p.getMetadata().setDeletionTimestamp(now.toString()));
        theyDelete(Pod.class, "tier-" + node);
        return they(StoryObjects.tierPod(node, revision));
    }

    Story include(String node) {
        return we(Node.class, node, n -> {
            Story.<Node>label(Marks.EXCLUDE, null).accept(n);
            Story.<Node>annotation(Marks.EXCLUDED_AT, null).accept(n);
        });
    }

    Story release(String node) {
        return we(Node.class, node, label(StoryObjects.ROLE, null));
    }

    /** A member leaves in the order of the design, and its node is as it was. */
    Story leave(String node) {
        exclude(node).pass(5).detach(node).pass(StoryObjects.DRAIN + 2).release(node);
        return theyDelete(Pod.class, "tier-" + node).we(Node.class, node, n -> {
            Story.<Node>label(Marks.EXCLUDE, null).accept(n);
            Story.<Node>annotation(Marks.EXCLUDED_AT, null).accept(n);
            Story.<Node>annotation(Marks.TIER, null).accept(n);
        });
    }

    /** A pod is not ready any more. */
    Story sicken(String pod) {
        return they(
                Pod.class, pod, p -> p.getStatus().getConditions().getFirst().setStatus("False"));
    }

    /** Endpoints alone, as if a controller had erred. */
    Story lose(String service) {
        return they(EndpointSlice.class, service, s -> s.setEndpoints(List.of()));
    }
}
