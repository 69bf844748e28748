package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A node as decisions see it.
 *
 * @param providerId {@code spec.providerID}, empty where there is none
 * @param readinessSince when {@code Ready} last changed, where the node says so
 * @param terminating the node has a deletion timestamp
 */
public record NodeView(
        String name,
        String uid,
        String resourceVersion,
        Map<String, String> labels,
        Map<String, String> annotations,
        String providerId,
        boolean unschedulable,
        List<NodeTaint> taints,
        Readiness readiness,
        Optional<Instant> readinessSince,
        boolean terminating) {

    public NodeView {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        taints = List.copyOf(taints);
    }

    /** The view of a node read from the API server. */
    public static NodeView of(Node node) {
        var metadata = node.getMetadata();
        var spec = Optional.ofNullable(node.getSpec());
        List<NodeCondition> conditions = Optional.ofNullable(node.getStatus())
                .map(s -> s.getConditions())
                .orElse(List.of());
        Optional<NodeCondition> ready =
                conditions.stream().filter(c -> "Ready".equals(c.getType())).findFirst();
        return new NodeView(
                metadata.getName(),
                Objects.requireNonNullElse(metadata.getUid(), ""),
                Objects.requireNonNullElse(metadata.getResourceVersion(), ""),
                Objects.requireNonNullElse(metadata.getLabels(), Map.of()),
                Objects.requireNonNullElse(metadata.getAnnotations(), Map.of()),
                spec.map(s -> s.getProviderID()).orElse(""),
                spec.map(s -> s.getUnschedulable()).orElse(false),
                spec.map(s -> s.getTaints()).orElse(List.of()).stream()
                        .map(t -> new NodeTaint(
                                t.getKey(), Objects.requireNonNullElse(t.getValue(), ""), t.getEffect()))
                        .toList(),
                readiness(conditions, ready),
                ready.map(NodeCondition::getLastTransitionTime).map(Instant::parse),
                metadata.getDeletionTimestamp() != null);
    }

    private static Readiness readiness(List<NodeCondition> conditions, Optional<NodeCondition> ready) {
        if (conditions.isEmpty()) {
            return Readiness.NO_CONDITIONS;
        }
        return ready.map(c -> "True".equals(c.getStatus()) ? Readiness.READY : Readiness.NOT_READY)
                .orElse(Readiness.NO_READY_CONDITION);
    }

    /** Whether the kubelet reports the node as ready. */
    public boolean ready() {
        return readiness == Readiness.READY;
    }

    /** Whether the node carries this label with this value. */
    public boolean labelled(String key, String value) {
        return value.equals(labels.get(key));
    }

    /** The node with labels and annotations changed. */
    public NodeView with(Edits edits) {
        return new NodeView(
                name,
                uid,
                resourceVersion,
                Edits.applied(labels, edits.labels()),
                Edits.applied(annotations, edits.annotations()),
                providerId,
                unschedulable,
                taints,
                readiness,
                readinessSince,
                terminating);
    }
}
