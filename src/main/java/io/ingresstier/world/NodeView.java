package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
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
 * @param internalIp its first IPv4 address of type {@code InternalIP}, empty where there is none
 * @param excludedSince when whoever put the label that excludes it from balancers on it last wrote to it, by the API
 *     server's record of who wrote what; empty where that is not kept
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
        boolean terminating,
        String internalIp,
        Optional<Instant> excludedSince) {

    public NodeView {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        taints = List.copyOf(taints);
    }

    /** The view of a node read from the API server. */
    public static NodeView of(Node node) {
        ObjectMeta metadata = Objects.requireNonNullElseGet(node.getMetadata(), ObjectMeta::new);
        var spec = Optional.ofNullable(node.getSpec());
        var status = Optional.ofNullable(node.getStatus());
        List<NodeCondition> conditions =
                OrEmpty.list(status.map(s -> s.getConditions()).orElse(null));
        List<NodeCondition> ready =
                conditions.stream().filter(c -> "Ready".equals(c.getType())).toList();
        return new NodeView(
                OrEmpty.text(metadata.getName()),
                OrEmpty.text(metadata.getUid()),
                OrEmpty.text(metadata.getResourceVersion()),
                OrEmpty.map(metadata.getLabels()),
                OrEmpty.map(metadata.getAnnotations()),
                spec.map(s -> s.getProviderID()).orElse(""),
                spec.map(s -> s.getUnschedulable()).orElse(false),
                OrEmpty.list(spec.map(s -> s.getTaints()).orElse(null)).stream()
                        .map(t -> new NodeTaint(
                                OrEmpty.text(t.getKey()),
                                OrEmpty.text(t.getValue()),
                                OrEmpty.text(t.getEffect()),
                                OrEmpty.time(t.getTimeAdded())))
                        .toList(),
                readiness(conditions, ready),
                ready.stream().findFirst().flatMap(c -> OrEmpty.time(c.getLastTransitionTime())),
                metadata.getDeletionTimestamp() != null,
                OrEmpty.list(status.map(s -> s.getAddresses()).orElse(null)).stream()
                        .filter(a -> "InternalIP".equals(a.getType()))
                        .map(a -> OrEmpty.text(a.getAddress()))
                        .filter(a -> a.contains(".") && !a.contains(":"))
                        .findFirst()
                        .orElse(""),
                ManagedLabel.writtenAt(metadata, Marks.EXCLUDE));
    }

    private static Readiness readiness(List<NodeCondition> conditions, List<NodeCondition> ready) {
        if (conditions.isEmpty()) {
            return Readiness.NO_CONDITIONS;
        }
        if (ready.isEmpty()) {
            return Readiness.NO_READY_CONDITION;
        }
        // Of several entries one that is not True decides: cloud controllers reject the node at the first such entry.
        return ready.stream().allMatch(c -> "True".equals(c.getStatus())) ? Readiness.READY : Readiness.NOT_READY;
    }

    /** The same without the revision: what must differ for a change to matter. */
    public NodeView unversioned() {
        return new NodeView(
                name,
                uid,
                "",
                labels,
                annotations,
                providerId,
                unschedulable,
                taints,
                readiness,
                readinessSince,
                terminating,
                internalIp,
                excludedSince);
    }

    /** Whether the kubelet reports the node as ready. */
    public boolean ready() {
        return readiness == Readiness.READY;
    }

    /** Since when the node has not been ready; empty while it is, or where it does not say since when it is not. */
    public Optional<Instant> notReadySince() {
        return ready() ? Optional.empty() : readinessSince;
    }

    /** Its zone: the value of this label; nodes without the label form one zone together. */
    public String zone(String topologyKey) {
        return labels.getOrDefault(topologyKey, "");
    }

    /** Whether the node carries this label with this value. */
    public boolean labelled(String key, String value) {
        return value.equals(labels.get(key));
    }

    /** Its taints without the one that the tier put on; all of them where it put on none. */
    public List<NodeTaint> foundTaints() {
        String ours = annotations.getOrDefault(Marks.TAINTED, "");
        return taints.stream().filter(t -> !t.text().equals(ours)).toList();
    }

    /** Whether the node has this taint, whoever put it on. */
    public boolean tainted(NodeTaint taint) {
        return taints.stream().anyMatch(t -> t.text().equals(taint.text()));
    }

    /** The node with other taints. */
    public NodeView withTaints(List<NodeTaint> changed) {
        return new NodeView(
                name,
                uid,
                resourceVersion,
                labels,
                annotations,
                providerId,
                unschedulable,
                changed,
                readiness,
                readinessSince,
                terminating,
                internalIp,
                excludedSince);
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
                terminating,
                internalIp,
                excludedSince);
    }
}
