package io.ingresstier.observe;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.NodeLabel;
import io.ingresstier.api.Probing;
import io.ingresstier.world.Anchorage;
import io.ingresstier.world.Claim;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.HealthCheck;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.Originals;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.Source;
import io.ingresstier.world.World;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Watches the cluster and makes a {@link World} of it. Kept warm by a standby too, so that a new leader decides at
 * once.
 */
public final class Observer implements AutoCloseable {

    private final Watched<Node> nodes;
    private final Watched<Service> services;
    private final Watched<EndpointSlice> slices;
    private final Watched<Pod> pods;
    private final Watched<DaemonSet> workloads;
    private final Watched<Deployment> incumbents;
    private final Watched<PodDisruptionBudget> budgets;
    private final Watched<ConfigMap> originals;
    private final Watched<Namespace> namespaces;
    private final Watched<IngressTier> tiers;
    private final Scalers scalers;
    private final Watched<Ingress> ingresses;
    private final AddressLosses losses;
    private final Hearing hearing;
    private final Prober prober;
    private final LiveNodes liveNodes;

    /** @param changed called whenever something changed that a decision may read */
    public Observer(KubernetesClient client, InstantSource clock, Runnable changed) {
        nodes = new Watched<>(
                Source.NODES, client.nodes(), Trim::node, n -> NodeView.of(n).unversioned(), changed);
        services = new Watched<>(
                Source.SERVICES,
                client.services().inAnyNamespace(),
                Trim::metadata,
                s -> ServiceView.of(s).unversioned(),
                changed);
        slices = new Watched<>(
                Source.ENDPOINTS,
                client.discovery().v1().endpointSlices().inAnyNamespace(),
                Trim::metadata,
                EndpointSliceView::of,
                changed);
        pods = new Watched<>(
                Source.PODS,
                client.pods().inAnyNamespace(),
                Trim::pod,
                p -> PodView.of(p).unversioned(),
                changed);
        workloads = new Watched<>(
                Source.WORKLOADS,
                client.apps().daemonSets().inAnyNamespace(),
                Trim::metadata,
                Observer::rollout,
                changed);
        incumbents = new Watched<>(
                Source.INCUMBENTS,
                client.apps().deployments().inAnyNamespace(),
                Trim::metadata,
                Observer::generation,
                changed);
        budgets = new Watched<>(
                Source.BUDGETS,
                client.policy().v1().podDisruptionBudget().inAnyNamespace(),
                Trim::budget,
                Observer::generation,
                changed);
        originals = new Watched<>(
                Source.ORIGINALS,
                client.configMaps().inAnyNamespace().withLabel(Marks.TIER_UID),
                Trim::metadata,
                c -> List.of(c.getMetadata().getLabels(), c.getData()),
                changed);
        namespaces =
                new Watched<>(Source.NAMESPACES, client.namespaces(), Trim::metadata, Observer::terminating, changed);
        tiers = new Watched<>(
                Source.TIERS,
                client.resources(IngressTier.class),
                Trim::metadata,
                t -> t.getMetadata().getResourceVersion(),
                changed);
        scalers = new Scalers(client, changed);
        losses = new AddressLosses(clock);
        ingresses = new Watched<>(
                Source.INGRESSES,
                client.network().v1().ingresses().inAnyNamespace(),
                Trim::ingress,
                AddressLosses::addresses,
                losses,
                changed);
        hearing = new Hearing(changed);
        prober = new Prober(clock, this::healthChecks, hearing);
        liveNodes = new LiveNodes(client, clock, this::roleLabels, shown(nodes), LiveNodes.CATCH_UP, changed);
    }

    /** Whom to ask whether they answer: the pods of tiers that want it and that tell where. */
    private Map<String, HealthCheck> healthChecks() {
        var namespaces = tiers.list().stream()
                .filter(t -> t.getSpec().nodes().probing() == Probing.Enabled)
                .collect(Collectors.toMap(
                        t -> t.getMetadata().getName(),
                        t -> t.getSpec().controller().namespace()));
        var checks = new HashMap<String, HealthCheck>();
        if (!namespaces.isEmpty()) {
            pods.list().stream()
                    .filter(p -> p.getMetadata().getLabels() != null && !terminating(p))
                    .filter(p -> p.getMetadata()
                            .getNamespace()
                            .equals(namespaces.get(p.getMetadata().getLabels().get(Marks.TIER))))
                    .forEach(p -> HealthCheck.of(p)
                            .ifPresent(check -> checks.put(p.getMetadata().getUid(), check)));
        }
        return checks;
    }

    private static LiveNodes.Shown shown(Watched<Node> nodes) {
        return new LiveNodes.Shown() {
            @Override
            public List<Node> list() {
                return nodes.list();
            }

            @Override
            public Optional<Node> get(String name) {
                return nodes.get(name);
            }
        };
    }

    private Set<NodeLabel> roleLabels() {
        return tiers.list().stream().map(t -> t.getSpec().nodes().label()).collect(Collectors.toSet());
    }

    /** What of a workload object matters; its pods are watched themselves. */
    private static Object generation(HasMetadata object) {
        var metadata = object.getMetadata();
        return List.of(
                metadata.getUid(),
                Optional.ofNullable(metadata.getGeneration()),
                Optional.ofNullable(metadata.getLabels()),
                Optional.ofNullable(metadata.getAnnotations()),
                Optional.ofNullable(metadata.getDeletionTimestamp()));
    }

    /** How far a DaemonSet's pods have followed its template matters too. */
    private static Object rollout(DaemonSet workload) {
        var status = Optional.ofNullable(workload.getStatus());
        return List.of(
                generation(workload),
                status.map(DaemonSetStatus::getObservedGeneration),
                status.map(DaemonSetStatus::getUpdatedNumberScheduled),
                status.map(DaemonSetStatus::getCurrentNumberScheduled));
    }

    private static boolean terminating(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    private List<Watched<?>> all() {
        return List.of(
                nodes, services, slices, pods, workloads, incumbents, budgets, originals, namespaces, tiers, ingresses);
    }

    /** Starts watching; the stage completes when everything has been read once. */
    public CompletableFuture<Void> start() {
        prober.start();
        liveNodes.start();
        return CompletableFuture.allOf(
                Stream.concat(all().stream().map(w -> w.start().toCompletableFuture()), Stream.of(scalers.start()))
                        .toArray(CompletableFuture[]::new));
    }

    /** Whether everything is read and watched, which readiness probes ask. */
    public boolean fresh() {
        return unknown().isEmpty();
    }

    /** Whether the process can still come to see the cluster as it is, which liveness probes ask. */
    public boolean alive() {
        return !liveNodes.hopeless();
    }

    /** How long ago each source told of something, in the order of their names. */
    public Map<Source, Duration> ages() {
        var ages = new TreeMap<Source, Duration>();
        all().forEach(w -> ages.put(w.source(), w.age()));
        ages.put(Source.SCALERS, scalers.age());
        return ages;
    }

    private Set<Source> unknown() {
        return Stream.of(
                        all().stream().filter(w -> !w.fresh()).map(Watched::source),
                        Stream.of(Source.SCALERS).filter(s -> !scalers.fresh()),
                        Stream.of(Source.NODES).filter(s -> !liveNodes.agrees()))
                .flatMap(each -> each)
                .collect(Collectors.toSet());
    }

    /**
     * The resourceVersion that is known of an object, empty if none is.
     *
     * @param object kind and key: {@code Kind/namespace/name} or {@code Kind/name}
     */
    public Optional<String> version(String object) {
        int slash = object.indexOf('/');
        String key = object.substring(slash + 1);
        return switch (object.substring(0, slash)) {
            case "Node" -> version(nodes.get(key));
            case "Service" -> version(services.get(key));
            case "Pod" -> version(pods.get(key));
            case "DaemonSet" -> version(workloads.get(key));
            case "Deployment" -> version(incumbents.get(key));
            case "PodDisruptionBudget" -> version(budgets.get(key));
            case "ConfigMap" -> version(originals.get(key));
            default -> version(tiers.get(key));
        };
    }

    private static Optional<String> version(Optional<? extends HasMetadata> object) {
        return object.map(o -> o.getMetadata().getResourceVersion());
    }

    /** The names of all tiers. */
    public List<String> tiers() {
        return tiers.list().stream().map(t -> t.getMetadata().getName()).toList();
    }

    /** The picture for one tier; empty if there is no such tier. */
    public Optional<World> world(String tier, Instant now, String leader) {
        return tiers.get(tier).map(found -> world(found, now, leader));
    }

    private World world(IngressTier tier, Instant now, String leader) {
        var controller = tier.getSpec().controller();
        String namespace = controller.namespace();
        var listed = tier.getSpec().loadBalancer().serviceRefs().stream()
                .map(r -> new ObjectKey(r.namespace(), r.name()))
                .collect(Collectors.toSet());
        Map<ObjectKey, ServiceView> balanced = services.list().stream()
                .map(ServiceView::of)
                .filter(s -> s.loadBalancer() || listed.contains(s.key()))
                .collect(Collectors.toMap(ServiceView::key, s -> s));
        var incumbent = new ObjectKey(
                namespace,
                controller.incumbentRef() == null
                        ? controller.name()
                        : controller.incumbentRef().name());
        return new World(
                now,
                leader,
                tier,
                unknown(),
                nodes.list().stream()
                        .map(NodeView::of)
                        .collect(Collectors.toMap(NodeView::name, n -> n, (a, b) -> b, TreeMap::new)),
                new TreeMap<>(balanced),
                slices.list().stream()
                        .map(EndpointSliceView::of)
                        .filter(s -> balanced.containsKey(s.service()))
                        .toList(),
                pods.list().stream()
                        .filter(p -> namespace.equals(p.getMetadata().getNamespace()))
                        .map(PodView::of)
                        .toList(),
                workloads.get(namespace + "/" + controller.name()),
                anchorage(new ObjectKey(
                        namespace, Anchorage.name(tier.getMetadata().getName()))),
                incumbents.get(incumbent.toString()).map(IncumbentView::of),
                originals(tier.getMetadata().getName()),
                claims(tier),
                scalers.of(incumbent),
                losses.list(),
                hearing.answers(),
                namespaces.fresh()
                        && namespaces.get(namespace).map(Observer::terminating).orElse(true));
    }

    private Anchorage anchorage(ObjectKey key) {
        return new Anchorage(incumbents.get(key.toString()), budgets.get(key.toString()));
    }

    private Optional<Originals> originals(String tier) {
        return originals.list().stream()
                .filter(c -> Originals.name(tier).equals(c.getMetadata().getName()))
                .map(Originals::of)
                .findFirst();
    }

    private List<Claim> claims(IngressTier tier) {
        return tiers.list().stream()
                .filter(t ->
                        !t.getMetadata().getName().equals(tier.getMetadata().getName()))
                .map(Claim::of)
                .toList();
    }

    @Override
    public void close() {
        prober.close();
        liveNodes.close();
        all().forEach(Watched::close);
        scalers.close();
    }
}
