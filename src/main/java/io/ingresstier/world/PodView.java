package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A pod as decisions see it.
 *
 * @param nodeName the node it is bound to, empty while it is pending
 * @param address the pod's IPv4 address, empty while it has none
 * @param ready its {@code Ready} condition is {@code True}
 * @param readySince when {@code Ready} last changed; where nobody has reported it yet, when the pod was created
 * @param owner kind and name of the controller, {@code Kind/name}, empty for a bare pod
 * @param terminating the pod has a deletion timestamp
 */
public record PodView(
        ObjectKey key,
        String uid,
        String resourceVersion,
        Map<String, String> labels,
        Map<String, String> annotations,
        String nodeName,
        String address,
        boolean ready,
        Optional<Instant> readySince,
        String owner,
        boolean terminating) {

    public PodView {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /** The view of a pod read from the API server. */
    public static PodView of(Pod pod) {
        ObjectMeta metadata = Objects.requireNonNullElseGet(pod.getMetadata(), ObjectMeta::new);
        var status = Optional.ofNullable(pod.getStatus());
        Optional<PodCondition> ready = OrEmpty.list(
                        status.map(s -> s.getConditions()).orElse(null))
                .stream()
                .filter(c -> "Ready".equals(c.getType()))
                .findFirst();
        return new PodView(
                ObjectKey.of(pod),
                OrEmpty.text(metadata.getUid()),
                OrEmpty.text(metadata.getResourceVersion()),
                OrEmpty.map(metadata.getLabels()),
                OrEmpty.map(metadata.getAnnotations()),
                Optional.ofNullable(pod.getSpec()).map(s -> s.getNodeName()).orElse(""),
                status.map(s -> s.getPodIP()).orElse(""),
                ready.map(c -> "True".equals(c.getStatus())).orElse(false),
                ready.flatMap(c -> OrEmpty.time(c.getLastTransitionTime()))
                        .or(() -> OrEmpty.time(metadata.getCreationTimestamp())),
                OrEmpty.list(metadata.getOwnerReferences()).stream()
                        .filter(o -> Boolean.TRUE.equals(o.getController()))
                        .map(o -> o.getKind() + "/" + o.getName())
                        .findFirst()
                        .orElse(""),
                metadata.getDeletionTimestamp() != null);
    }

    /** The same without the revision: what must differ for a change to matter. */
    public PodView unversioned() {
        return new PodView(key, uid, "", labels, annotations, nodeName, address, ready, readySince, owner, terminating);
    }

    /** Whether the pod carries every one of these labels; an empty selector selects nothing, as in a Service. */
    public boolean matches(Map<String, String> selector) {
        return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
    }

    /** Whether the pod is ready and stays. */
    public boolean serving() {
        return ready && !terminating;
    }

    /** The pod with labels and annotations changed. */
    public PodView with(Edits edits) {
        return new PodView(
                key,
                uid,
                resourceVersion,
                Edits.applied(labels, edits.labels()),
                Edits.applied(annotations, edits.annotations()),
                nodeName,
                address,
                ready,
                readySince,
                owner,
                terminating);
    }
}
