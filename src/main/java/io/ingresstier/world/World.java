package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.IngressTierSpec;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.OriginalsRef;
import io.ingresstier.api.Probing;
import io.ingresstier.api.TakeoverStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Everything that a decision about one tier needs, at one moment. Immutable. An absent object is empty; what could not
 * be read is named in {@code unknown}, and nothing that takes away is done on it.
 *
 * @param now the time of the picture
 * @param leader identity of the operator process that made it
 * @param unknown sources that were never read or are stale
 * @param nodes every node, by name
 * @param services every LoadBalancer Service and every Service that the tier lists, by key
 * @param slices the EndpointSlices of those Services
 * @param pods the pods of the tier and of the incumbent, with whatever else runs in the controller's namespace
 * @param workload the DaemonSet of the tier's name, whoever made it
 * @param anchorage what makes a drain wait for the members
 * @param incumbent the Deployment that is replaced
 * @param originals what the tier recorded before it changed anything
 * @param claims what other tiers claim
 * @param scalers what sizes the incumbent by itself
 * @param losses Ingresses that lost an address since this process began to watch
 * @param answers what pods answer to the operator's own probes
 * @param namespaceTerminating the controller's namespace is being deleted, or is gone
 */
public record World(
        Instant now,
        String leader,
        IngressTier tier,
        Set<Source> unknown,
        SortedMap<String, NodeView> nodes,
        SortedMap<ObjectKey, ServiceView> services,
        List<EndpointSliceView> slices,
        List<PodView> pods,
        Optional<DaemonSet> workload,
        Anchorage anchorage,
        Optional<IncumbentView> incumbent,
        Optional<Originals> originals,
        List<Claim> claims,
        List<ScalerView> scalers,
        List<AddressLoss> losses,
        Answers answers,
        boolean namespaceTerminating) {

    public World {
        unknown = Set.copyOf(unknown);
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
        services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
        slices = List.copyOf(slices);
        pods = List.copyOf(pods);
        claims = List.copyOf(claims);
        scalers = List.copyOf(scalers);
        losses = List.copyOf(losses);
    }

    /** The tier's name. */
    public String name() {
        return tier.getMetadata().getName();
    }

    /** The tier's uid, empty for one that the API server has not seen. */
    public String uid() {
        return Objects.requireNonNullElse(tier.getMetadata().getUid(), "");
    }

    /** Whether the tier is being deleted. */
    public boolean deleted() {
        return tier.getMetadata().getDeletionTimestamp() != null;
    }

    /** The decision to roll back that is in force: for the specification as it is. */
    public Optional<Rollback> rollback() {
        return recorded().flatMap(Originals::rollback).filter(r -> r.generation() == generation());
    }

    /** Generation of the specification. */
    public long generation() {
        return Objects.requireNonNullElse(tier.getMetadata().getGeneration(), 0L);
    }

    /** Whether the tier goes back to what was found: it is being deleted or rolled back. */
    public boolean goesBack() {
        return deleted() || rollback().isPresent();
    }

    /** Whether a person asked for the tier's end without waiting for anything; it counts for a deleted tier only. */
    public boolean forced() {
        return deleted() && "true".equals(annotation(Marks.FORCE_DELETE).orElse(""));
    }

    /** An annotation of the tier itself. */
    public Optional<String> annotation(String key) {
        return Optional.ofNullable(tier.getMetadata().getAnnotations()).map(a -> a.get(key));
    }

    /**
     * What was found, where the record can be believed: it is this tier's, and says what it said when it was made. A
     * status that lost the digest does not make it doubtful: the ConfigMap is immutable and names the tier's uid.
     */
    public Optional<Originals> recorded() {
        Optional<String> digest = Optional.ofNullable(tier.getStatus().takeover())
                .map(TakeoverStatus::originalsRef)
                .map(OriginalsRef::digest);
        return originals
                .filter(o -> o.tierUid().equals(uid()))
                .filter(o -> digest.filter(d -> !d.equals(o.digest())).isEmpty());
    }

    /** Keys of the Services that the tier attaches. */
    public List<ObjectKey> listed() {
        return tier.getSpec().loadBalancer().serviceRefs().stream()
                .map(r -> new ObjectKey(r.namespace(), r.name()))
                .toList();
    }

    /** The listed Services that exist. */
    public List<ServiceView> attachable() {
        return listed().stream().map(services::get).filter(Objects::nonNull).toList();
    }

    /** Pods of the tier: those of its DaemonSet, attached or not. */
    public List<PodView> tierPods() {
        String namespace = tier.getSpec().controller().namespace();
        return pods.stream()
                .filter(p -> p.key().namespace().equals(namespace))
                .filter(p -> name().equals(p.labels().get(Marks.TIER)))
                .toList();
    }

    /** Anchors of the tier, wherever they are and however they do. */
    public List<PodView> anchorPods() {
        String namespace = tier.getSpec().controller().namespace();
        return pods.stream()
                .filter(p -> p.key().namespace().equals(namespace))
                .filter(p -> name().equals(p.labels().get(Marks.ANCHOR)))
                .toList();
    }

    /** The anchor on a node, unless it is on its way out. */
    public Optional<PodView> anchorOn(String node) {
        return anchorPods().stream()
                .filter(p -> p.nodeName().equals(node) && !p.terminating())
                .findFirst();
    }

    /** Pods of the incumbent; a pod of the tier carries the same labels and is not one. */
    public List<PodView> incumbentPods() {
        return incumbent
                .map(i -> pods.stream()
                        .filter(p -> p.key().namespace().equals(i.key().namespace()))
                        .filter(p -> p.matches(i.selector()))
                        .filter(p -> !p.labels().containsKey(Marks.TIER))
                        .toList())
                .orElse(List.of());
    }

    /** Nodes that carry the tier's role label or its record, in the order of their names. */
    public List<Member> members() {
        var label = tier.getSpec().nodes().label();
        var tierPods = tierPods();
        var silent = silent();
        var members = new ArrayList<Member>();
        for (NodeView node : nodes.values()) {
            boolean labelled = node.labelled(label.key(), label.value());
            boolean claimed = name().equals(node.annotations().get(Marks.TIER));
            if (labelled || claimed) {
                var pod = podOn(node.name(), tierPods, silent.keySet());
                members.add(new Member(node, pod, labelled, claimed, pod.map(p -> silent.get(p.key()))));
            }
        }
        return List.copyOf(members);
    }

    /**
     * Of two pods on one node the one that serves and is not yet on its way out: as long as there is one, the node is.
     * Of two that do, as in a surge, the one that left its Services last, or else that has been ready for longer: the
     * other is yet to prove itself.
     */
    private static Optional<PodView> podOn(String node, List<PodView> tierPods, Set<ObjectKey> silent) {
        return tierPods.stream()
                .filter(p -> p.nodeName().equals(node))
                .min(Comparator.comparing((PodView p) -> !p.serving())
                        .thenComparing(p -> silent.contains(p.key()))
                        .thenComparing(PodView::terminating)
                        .thenComparing(
                                p -> Times.parse(p.annotations().get(Marks.DETACHED_AT))
                                        .orElse(Instant.MAX),
                                Comparator.reverseOrder())
                        .thenComparing(p -> p.readySince().orElse(Instant.MAX))
                        .thenComparing(PodView::key));
    }

    /**
     * Pods of the tier that do not answer the operator's own probes, whatever their conditions say, and since when.
     * None is where no other answers: then it is the operator's own network that fails.
     */
    public Map<ObjectKey, Instant> silent() {
        return probing() ? answers.silent(tierPods()) : Map.of();
    }

    /** Whether a pod of the tier has just lost a probe, so that it is not known yet how many are silent. */
    public boolean doubtful() {
        return probing() && answers.any(tierPods(), Answer.State.DOUBTED);
    }

    /** Whether this process must hear of a pod of the tier before it relies on what the pod's conditions say. */
    public boolean unheard(PodView pod) {
        return probing() && answers.awaited(pod, now);
    }

    /** Whether pods of the tier have fallen silent and none answers. */
    public boolean nobodyAnswers() {
        var pods = tierPods();
        return probing() && !answers.heard(pods) && !answers.unheard(pods).isEmpty();
    }

    private boolean probing() {
        return tier.getSpec().nodes().probing() == Probing.Enabled;
    }

    /** The slices of one Service. */
    public List<EndpointSliceView> slicesOf(ObjectKey service) {
        return slices.stream().filter(s -> s.service().equals(service)).toList();
    }

    /**
     * Services that carry a mark of the tier, listed or not: one may have been taken off the list since. A tier without
     * a record and without a node has written nothing: such a mark is another tier's.
     */
    public List<ServiceView> written() {
        if (originals.isEmpty() && !hasNodes()) {
            return List.of();
        }
        var recorded = originals.stream()
                .flatMap(o -> o.services().stream())
                .map(s -> s.key())
                .toList();
        return Stream.concat(listed().stream(), recorded.stream())
                .distinct()
                .map(services::get)
                .filter(Objects::nonNull)
                .filter(World::marked)
                .toList();
    }

    /** Whether anything in the cluster carries the tier's mark besides the tier's own record. */
    public boolean marked() {
        return hasNodes() || !written().isEmpty();
    }

    private boolean hasNodes() {
        return nodes.values().stream()
                .anyMatch(n -> name().equals(n.annotations().get(Marks.TIER)));
    }

    /** Whether a Service carries a mark of a tier. */
    public static boolean marked(ServiceView service) {
        return service.annotations().keySet().stream()
                .anyMatch(
                        Set.of(Marks.DRAINING_ON_AT, Marks.ATTACHED_AT, Marks.NARROWED_AT, Marks.RESTORED_AT)
                                ::contains);
    }

    /** The picture with an object as it was just read, instead of the one seen before. */
    public World with(NodeView node) {
        var changed = new TreeMap<>(nodes);
        changed.put(node.name(), node);
        return withNodes(changed);
    }

    /** The picture with a Service as it was just read. */
    public World with(ServiceView service) {
        var changed = new TreeMap<>(services);
        changed.put(service.key(), service);
        return withServices(changed);
    }

    /** The picture with a pod as it was just read. */
    public World with(PodView pod) {
        return withPods(
                pods.stream().map(p -> p.key().equals(pod.key()) ? pod : p).toList());
    }

    /** The picture with the incumbent as it was just read. */
    public World with(IncumbentView found) {
        return changed(c -> c.incumbent = Optional.of(found));
    }

    /** The picture with the DaemonSet as it was just read. */
    public World with(DaemonSet found) {
        return withWorkload(Optional.of(found));
    }

    /**
     * The picture right after a write, seen with pessimism: what the platform can take away because of it is gone at
     * once, and what it can give has not come yet. This is what guards look at.
     */
    public World after(Action action) {
        return Consequences.of(this, action);
    }

    /** The same picture at another time. */
    public World at(Instant time) {
        return changed(c -> c.now = time);
    }

    /** The picture with another specification of the tier. */
    public World with(IngressTierSpec spec) {
        return with(tier.getMetadata(), spec, tier.getStatus());
    }

    /** The picture with another status of the tier. */
    public World with(IngressTierStatus status) {
        return with(tier.getMetadata(), tier.getSpec(), status);
    }

    World withFinalizers(List<String> finalizers) {
        var metadata = new ObjectMetaBuilder(tier.getMetadata())
                .withFinalizers(finalizers)
                .build();
        return with(metadata, tier.getSpec(), tier.getStatus());
    }

    World withNodes(SortedMap<String, NodeView> changed) {
        return changed(c -> c.nodes = changed);
    }

    World withServices(SortedMap<ObjectKey, ServiceView> changed) {
        return changed(c -> c.services = changed);
    }

    /** The picture in which a pod is what its conditions say, whatever the operator's own probes hear of it. */
    public World believing(PodView pod) {
        return withAnswers(answers.without(pod));
    }

    /** The picture with other answers to the operator's own probes. */
    public World withAnswers(Answers changed) {
        return changed(c -> c.answers = changed);
    }

    /** The picture with other endpoint slices. */
    public World withSlices(List<EndpointSliceView> changed) {
        return changed(c -> c.slices = changed);
    }

    /** The picture with other pods. */
    public World withPods(List<PodView> changed) {
        return changed(c -> c.pods = changed);
    }

    /** The picture with another DaemonSet or none. */
    public World withWorkload(Optional<DaemonSet> changed) {
        return changed(c -> c.workload = changed);
    }

    /** The picture with another drain guard. */
    public World withAnchorage(Anchorage changed) {
        return changed(c -> c.anchorage = changed);
    }

    World withOriginals(Optional<Originals> changed) {
        return changed(c -> c.originals = changed);
    }

    private World with(ObjectMeta metadata, IngressTierSpec spec, IngressTierStatus status) {
        var other = new IngressTier();
        other.setMetadata(metadata);
        other.setSpec(spec);
        other.setStatus(status);
        return changed(c -> c.tier = other);
    }

    private World changed(Consumer<WorldChange> change) {
        return WorldChange.of(this, change);
    }
}
