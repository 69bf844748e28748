package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.IngressTierSpec;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.OriginalsRef;
import io.ingresstier.api.TakeoverStatus;
import io.ingresstier.world.AddressLoss;
import io.ingresstier.world.Anchorage;
import io.ingresstier.world.Answer;
import io.ingresstier.world.Answers;
import io.ingresstier.world.Claim;
import io.ingresstier.world.Edits;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeTaint;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.Originals;
import io.ingresstier.world.PodView;
import io.ingresstier.world.Readiness;
import io.ingresstier.world.ScalerView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.Source;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The objects of a played cluster, as the API server holds them: every write gives the object a new revision. */
final class SimulatedCluster {

    Instant now;
    IngressTier tier;
    Set<Source> unknown;
    String leader;
    final TreeMap<String, NodeView> nodes;
    final TreeMap<ObjectKey, ServiceView> services;
    final TreeMap<ObjectKey, PodView> pods = new TreeMap<>();
    List<EndpointSliceView> slices;
    Optional<DaemonSet> workload;
    Anchorage anchorage;
    Optional<IncumbentView> incumbent;
    Optional<Originals> originals;
    final List<Claim> claims;
    List<ScalerView> scalers;
    final List<AddressLoss> losses;
    /** What pods answer to the operator's own probes, by their uid. */
    final Map<String, Answer> answers = new HashMap<>();
    /** Whether the controller's namespace is being deleted. */
    boolean namespaceTerminating;

    private int revision = 1000;

    SimulatedCluster(World world) {
        now = world.now();
        tier = world.tier();
        unknown = world.unknown();
        leader = world.leader();
        nodes = new TreeMap<>(world.nodes());
        services = new TreeMap<>(world.services());
        world.pods().forEach(p -> pods.put(p.key(), p));
        slices = world.slices();
        workload = world.workload();
        anchorage = world.anchorage();
        incumbent = world.incumbent();
        originals = world.originals();
        claims = new ArrayList<>(world.claims());
        scalers = world.scalers();
        losses = new ArrayList<>(world.losses());
    }

    World world() {
        return new World(
                now,
                leader,
                tier,
                unknown,
                nodes,
                services,
                slices,
                List.copyOf(pods.values()),
                workload,
                anchorage,
                incumbent,
                originals,
                claims,
                scalers,
                losses,
                new Answers(answers),
                namespaceTerminating);
    }

    /** Every object as it is now, to see whether something changes. */
    Object facts() {
        return List.of(
                List.copyOf(nodes.values()),
                List.copyOf(services.values()),
                List.copyOf(pods.values()),
                slices,
                workload,
                anchorage,
                incumbent,
                originals,
                tier,
                leader,
                unknown,
                Map.copyOf(answers));
    }

    /** Whether the tier's object is gone. */
    boolean gone() {
        return tier.getMetadata().getDeletionTimestamp() != null && finalizers().isEmpty();
    }

    List<String> finalizers() {
        return Optional.ofNullable(tier.getMetadata().getFinalizers()).orElse(List.of());
    }

    String next() {
        return Integer.toString(revision++);
    }

    void put(NodeView n) {
        nodes.put(
                n.name(),
                new NodeView(
                        n.name(),
                        n.uid(),
                        next(),
                        n.labels(),
                        n.annotations(),
                        n.providerId(),
                        n.unschedulable(),
                        n.taints(),
                        n.readiness(),
                        n.readinessSince(),
                        n.terminating(),
                        n.internalIp(),
                        excludedSince(n)));
    }

    private Optional<Instant> excludedSince(NodeView n) {
        if (!n.labels().containsKey(Marks.EXCLUDE)) {
            return Optional.empty();
        }
        return Optional.ofNullable(nodes.get(n.name()))
                .filter(before -> before.labels().containsKey(Marks.EXCLUDE))
                .map(NodeView::excludedSince)
                .orElse(Optional.of(now));
    }

    void cordon(String node, boolean cordoned) {
        NodeView n = nodes.get(node);
        put(node(n, n.labels(), cordoned, n.taints()));
    }

    void taint(String node, String key) {
        NodeView n = nodes.get(node);
        put(node(n, n.labels(), n.unschedulable(), List.of(new NodeTaint(key, "", "NoSchedule"))));
    }

    void label(String node, String key, String value) {
        NodeView n = nodes.get(node);
        put(node(n, Edits.applied(n.labels(), Map.of(key, Optional.of(value))), n.unschedulable(), n.taints()));
    }

    static NodeView node(NodeView n, Map<String, String> labels, boolean unschedulable, List<NodeTaint> taints) {
        return new NodeView(
                n.name(),
                n.uid(),
                n.resourceVersion(),
                labels,
                n.annotations(),
                n.providerId(),
                unschedulable,
                taints,
                n.readiness(),
                n.readinessSince(),
                n.terminating(),
                n.internalIp(),
                n.excludedSince());
    }

    void setReady(String node, boolean ready) {
        NodeView n = nodes.get(node);
        put(new NodeView(
                n.name(),
                n.uid(),
                n.resourceVersion(),
                n.labels(),
                n.annotations(),
                n.providerId(),
                n.unschedulable(),
                n.taints(),
                ready ? Readiness.READY : Readiness.NOT_READY,
                Optional.of(now),
                n.terminating(),
                n.internalIp(),
                n.excludedSince()));
    }

    void put(PodView p, boolean ready, boolean terminating) {
        pods.put(
                p.key(),
                new PodView(
                        p.key(),
                        p.uid(),
                        next(),
                        p.labels(),
                        p.annotations(),
                        p.nodeName(),
                        p.address(),
                        ready,
                        ready == p.ready() && p.readySince().isPresent() ? p.readySince() : Optional.of(now),
                        p.owner(),
                        terminating));
    }

    void put(ServiceView s, Map<String, String> labels) {
        services.put(
                s.key(),
                new ServiceView(
                        s.key(),
                        s.uid(),
                        next(),
                        labels,
                        s.annotations(),
                        s.selector(),
                        s.type(),
                        s.local(),
                        s.loadBalancerClass(),
                        s.ports(),
                        s.addresses(),
                        s.terminating()));
    }

    /** Somebody deletes a Service whose cloud controller does not let it go. */
    void terminate(ObjectKey key) {
        ServiceView s = services.get(key);
        change(s, s.type(), true);
    }

    void type(ObjectKey key, String type) {
        ServiceView s = services.get(key);
        change(s, type, s.terminating());
    }

    private void change(ServiceView s, String type, boolean terminating) {
        services.put(
                s.key(),
                new ServiceView(
                        s.key(),
                        s.uid(),
                        next(),
                        s.labels(),
                        s.annotations(),
                        s.selector(),
                        type,
                        s.local(),
                        s.loadBalancerClass(),
                        s.ports(),
                        s.addresses(),
                        terminating));
    }

    void annotate(ObjectKey service, String key, Optional<String> value) {
        ServiceView s = services.get(service).with(Edits.annotations(Map.of(key, value)));
        put(s, s.labels());
    }

    void scaleIncumbent(int replicas) {
        incumbent = incumbent.map(i -> new IncumbentView(
                i.key(), i.uid(), next(), replicas, i.readyReplicas(), i.selector(), i.template(), i.terminating()));
    }

    void apply(DaemonSet desired) {
        workload = Optional.of(new DaemonSetBuilder(desired)
                .editMetadata()
                .withResourceVersion(next())
                .endMetadata()
                .build());
    }

    /** The DaemonSet's controller has replaced the pods on so many nodes since the template changed. */
    void rollout(int updated, int scheduled) {
        workload = workload.map(w -> new DaemonSetBuilder(w)
                .editMetadata()
                .withGeneration(2L)
                .endMetadata()
                .withNewStatus()
                .withObservedGeneration(2L)
                .withUpdatedNumberScheduled(updated)
                .withCurrentNumberScheduled(scheduled)
                .endStatus()
                .build());
    }

    void record(Originals o) {
        originals = Optional.of(new Originals(
                o.key(),
                "uid-originals",
                next(),
                o.tierUid(),
                o.services(),
                o.incumbentReplicas(),
                o.incumbentImages(),
                o.retired(),
                o.rollback()));
    }

    /** What the report keeps of the record when it is made. */
    void digest(Originals o) {
        var ref = new OriginalsRef(o.key().namespace(), o.key().name(), o.digest());
        status(tier.getStatus()
                .with(
                        new TakeoverStatus(null, null, null, null, ref),
                        tier.getStatus().conditions()));
    }

    /** The record goes, and with it what the report keeps of it. */
    void forget() {
        originals = Optional.empty();
        Optional.ofNullable(tier.getStatus().takeover())
                .ifPresent(t -> status(tier.getStatus()
                        .with(t.withoutOriginals(), tier.getStatus().conditions())));
    }

    void finalizer(boolean on) {
        changeTier(tier.getSpec(), tier.getStatus(), on ? List.of(Marks.FINALIZER) : List.of(), deletedAt());
    }

    void status(IngressTierStatus status) {
        changeTier(tier.getSpec(), status, finalizers(), deletedAt());
    }

    void spec(IngressTierSpec spec) {
        changeTier(spec, tier.getStatus(), finalizers(), deletedAt());
        tier.getMetadata().setGeneration(tier.getMetadata().getGeneration() + 1);
    }

    /** What somebody writes on the tier; an empty value takes it off. */
    void annotateTier(String key, Optional<String> value) {
        changeTier(tier.getSpec(), tier.getStatus(), finalizers(), deletedAt());
        tier.getMetadata()
                .setAnnotations(Edits.applied(
                        Objects.requireNonNullElse(tier.getMetadata().getAnnotations(), Map.of()), Map.of(key, value)));
    }

    void deleteTier() {
        changeTier(tier.getSpec(), tier.getStatus(), finalizers(), Optional.of(now.toString()));
    }

    private Optional<String> deletedAt() {
        return Optional.ofNullable(tier.getMetadata().getDeletionTimestamp());
    }

    private void changeTier(
            IngressTierSpec spec, IngressTierStatus status, List<String> finalizers, Optional<String> deleted) {
        var changed = new IngressTier();
        changed.setMetadata(new ObjectMetaBuilder(tier.getMetadata())
                .withFinalizers(finalizers)
                .withDeletionTimestamp(deleted.orElse(null))
                .withResourceVersion(next())
                .build());
        changed.setSpec(spec);
        changed.setStatus(status);
        tier = changed;
    }

    /** What a restore has to bring back: labels and annotations of nodes, annotations and selectors of Services. */
    Map<String, Object> remembered() {
        var facts = new HashMap<String, Object>();
        nodes.values().forEach(n -> facts.put("node " + n.name(), List.of(n.labels(), n.annotations(), n.taints())));
        services.values()
                .forEach(s -> facts.put("service " + s.key(), List.of(s.annotations(), new TreeMap<>(s.selector()))));
        facts.put("workload", workload.isPresent());
        facts.put("drain guard", anchorage);
        facts.put("record", originals.isPresent());
        facts.put(
                "detached", pods.values().stream().anyMatch(p -> p.annotations().containsKey(Marks.DETACHED_AT)));
        return facts;
    }
}
