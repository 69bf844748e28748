package io.ingresstier.balancer;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.ingresstier.api.BackendMode;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.EndpointView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.PortId;
import io.ingresstier.world.ServicePortView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who gets traffic in one {@link World}, and how long a balancer takes to follow: the eye of the guards and of every
 * step.
 */
public final class TrafficView {

    private final World world;
    private final BackendRules rules;
    private final Map<ObjectKey, Backends> backends;
    private final Duration settleBound;
    private final Set<ObjectKey> silent;

    private TrafficView(World world, BackendRules rules, Map<ObjectKey, Backends> backends, Duration settleBound) {
        this.world = world;
        this.silent = world.silent().keySet();
        this.rules = rules;
        this.backends = backends;
        this.settleBound = settleBound;
    }

    /** Looks at a World through its provider's rules. */
    public static TrafficView of(World world) {
        var loadBalancer = world.tier().getSpec().loadBalancer();
        BackendRules rules =
                BackendRules.of(loadBalancer.provider(), world.nodes().values(), world.attachable());
        var backends = new TreeMap<ObjectKey, Backends>();
        for (ServiceView service : world.services().values()) {
            if (service.loadBalancer()) {
                backends.put(
                        service.key(), rules.backends(service, world.nodes().values(), world.slices()));
            }
        }
        Duration bound = Optional.ofNullable(loadBalancer.settleSeconds())
                .map(Duration::ofSeconds)
                .orElseGet(() -> world.attachable().stream()
                        .map(rules::settleBound)
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO));
        return new TrafficView(world, rules, backends, bound);
    }

    /** The rules of the provider. */
    public BackendRules rules() {
        return rules;
    }

    /** Upper bound for the balancer to take a change over. */
    public Duration settleBound() {
        return settleBound;
    }

    /** Upper bound for everybody to follow a Service or a pod: endpoint slices and proxies need a moment too. */
    public Duration followBound() {
        return settleBound.compareTo(Settlement.FLOOR) < 0 ? Settlement.FLOOR : settleBound;
    }

    /** How long connections are given to end by themselves. */
    public Duration drainWindow() {
        return Duration.ofSeconds(world.tier().getSpec().rollout().drainSeconds());
    }

    /** The balancer's targets for a Service; empty for one that has no balancer. */
    public Optional<Backends> backends(ServiceView service) {
        return Optional.ofNullable(backends.get(service.key()));
    }

    /** Whether the tier's pods are targets themselves, so that node labels have no effect. */
    public boolean podDirect() {
        return world.attachable().stream()
                .map(this::backends)
                .flatMap(Optional::stream)
                .anyMatch(b -> b.mode() == BackendMode.PodDirect);
    }

    /** Whether a balancer sends to nodes, so that it must have dropped a node before the pod there is taken out. */
    public boolean nodeBacked() {
        return guarded().stream()
                .map(this::backends)
                .flatMap(Optional::stream)
                .anyMatch(b -> b.mode() != BackendMode.PodDirect);
    }

    /** Whether only a node's own pods get what the balancers send to it. */
    public boolean local() {
        return world.attachable().stream()
                .map(this::backends)
                .flatMap(Optional::stream)
                .allMatch(b -> b.mode() == BackendMode.Local);
    }

    /**
     * Balancer Services other than the tier's whose selector matches its pods: guarded like the tier's own. One that is
     * being deleted takes its balancer with it, whatever is behind.
     */
    public List<ServiceView> guarded() {
        var listed = Set.copyOf(world.listed());
        var pods = world.tierPods();
        return world.services().values().stream()
                .filter(s -> s.loadBalancer() && !s.terminating())
                .filter(s -> listed.contains(s.key())
                        || pods.stream()
                                .anyMatch(p ->
                                        p.key().namespace().equals(s.key().namespace()) && p.matches(s.selector())))
                .toList();
    }

    /** Balancer Services that have nothing to do with the tier but share its nodes. */
    public List<ServiceView> strangers() {
        var ours = guarded().stream().map(ServiceView::key).collect(Collectors.toSet());
        return world.services().values().stream()
                .filter(s -> s.loadBalancer() && !s.terminating())
                .filter(s -> !ours.contains(s.key()))
                .toList();
    }

    /** What traffic to a Service can really reach. */
    public Reach reach(ServiceView service) {
        var known = backends(service);
        if (known.isEmpty()) {
            return new Reach(true, Map.of(), Map.of());
        }
        Backends found = known.get();
        var targets = new TreeMap<PortId, Set<String>>();
        var endpoints = new TreeMap<PortId, Set<String>>();
        for (ServicePortView port : service.ports()) {
            var live = live(service, port);
            var behind = found.byPort().getOrDefault(port.id(), List.of());
            targets.put(port.id(), answering(found.mode(), behind, live));
            endpoints.put(port.id(), forwarded(found.mode(), behind, live));
        }
        return new Reach(found.known(), targets, endpoints);
    }

    private Set<String> answering(BackendMode mode, List<Backend> targets, List<EndpointView> live) {
        var nodes = live.stream().flatMap(e -> e.nodeName().stream()).collect(Collectors.toSet());
        var addresses = live.stream().map(EndpointView::address).collect(Collectors.toSet());
        return targets.stream()
                .filter(b -> switch (mode) {
                    case Cluster ->
                        !live.isEmpty()
                                && !hostsSilent(b.node())
                                && Optional.ofNullable(world.nodes().get(b.node()))
                                        .map(NodeView::ready)
                                        .orElse(false);
                    case Local -> nodes.contains(b.node());
                    case PodDirect -> addresses.contains(b.address());
                })
                .map(Backend::identity)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether a pod of the tier there does not answer: the node may be dead, and nobody has noticed yet. */
    private boolean hostsSilent(String node) {
        return !silent.isEmpty()
                && world.tierPods().stream().anyMatch(p -> p.nodeName().equals(node) && silent.contains(p.key()));
    }

    private static Set<String> forwarded(BackendMode mode, List<Backend> targets, List<EndpointView> live) {
        var identities = targets.stream().map(Backend::identity).collect(Collectors.toSet());
        return live.stream()
                .filter(e -> switch (mode) {
                    case Cluster -> true;
                    case Local -> e.nodeName().map(identities::contains).orElse(false);
                    case PodDirect -> identities.contains(e.address());
                })
                .map(EndpointView::address)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<EndpointView> live(ServiceView service, ServicePortView port) {
        return world.slicesOf(service.key()).stream()
                .filter(s -> s.addressType().equals("IPv4") && s.ports().containsKey(port.name()))
                .map(EndpointSliceView::endpoints)
                .flatMap(List::stream)
                .filter(e -> e.live() && e.pod().filter(silent::contains).isEmpty())
                .toList();
    }

    /** Whether a pod is a live endpoint of any balancer Service. */
    public boolean endpoint(PodView pod) {
        return world.slices().stream()
                .flatMap(s -> s.endpoints().stream())
                .anyMatch(e -> e.live() && e.pod().filter(pod.key()::equals).isPresent());
    }

    /** Whether a live endpoint of the tier's Services that is not the tier's lives on the node. */
    public boolean hostsAnother(Member member) {
        var tierPods = tierPods();
        return guarded().stream()
                .flatMap(this::live)
                .filter(e -> e.nodeName().filter(member.name()::equals).isPresent())
                .anyMatch(e -> e.pod().map(key -> !tierPods.contains(key)).orElse(true));
    }

    /** The balancer Services behind which nobody but the tier's own pods serves. */
    public List<ServiceView> servedByTierAlone() {
        var tierPods = tierPods();
        return guarded().stream()
                .filter(s -> live(s).findAny().isPresent())
                .filter(s ->
                        live(s).allMatch(e -> e.pod().filter(tierPods::contains).isPresent()))
                .toList();
    }

    private Stream<EndpointView> live(ServiceView service) {
        return world.slicesOf(service.key()).stream()
                .flatMap(s -> s.endpoints().stream())
                .filter(EndpointView::live);
    }

    private Set<ObjectKey> tierPods() {
        return world.tierPods().stream().map(PodView::key).collect(Collectors.toSet());
    }

    /** Whether the member is a target of every Service that the tier attaches, on every port. */
    public boolean isBackend(Member member) {
        var attachable = world.attachable();
        return !attachable.isEmpty()
                && attachable.stream().allMatch(s -> {
                    var found = backends(s);
                    var targets = reach(s).targets();
                    String identity = found.map(Backends::mode)
                                    .filter(m -> m == BackendMode.PodDirect)
                                    .isPresent()
                            ? member.pod().map(PodView::address).orElse("")
                            : member.name();
                    return found.map(Backends::known).orElse(false)
                            && !targets.isEmpty()
                            && targets.values().stream().allMatch(t -> t.contains(identity));
                });
    }

    /** Whether the member's pod has been ready for {@code minReadySeconds}. */
    public boolean available(Member member) {
        return availableAt(member).filter(at -> !at.isAfter(world.now())).isPresent();
    }

    /** When the member's pod will have been ready for {@code minReadySeconds}; empty while it is not ready. */
    public Optional<Instant> availableAt(Member member) {
        long minReady = world.tier().getSpec().rollout().minReadySeconds();
        // Conditions carry whole seconds, so that a pod may be ready up to a second later than it says.
        return member.pod()
                .filter(PodView::serving)
                .flatMap(PodView::readySince)
                .map(since -> since.plusSeconds(minReady + 1));
    }

    /** Whether the member serves: an expected backend for as long as the balancer may need to take it in. */
    public boolean serves(Member member) {
        return servesAt(member).filter(at -> !at.isAfter(world.now())).isPresent();
    }

    /** When the member will serve if nothing changes; empty while it is no backend or on its way out. */
    public Optional<Instant> servesAt(Member member) {
        if (member.leaving() || member.node().terminating() || !member.labelled() || !isBackend(member)) {
            return Optional.empty();
        }
        var available = availableAt(member);
        var settled = member.settledSince().map(since -> since.plus(settleBound).plusSeconds(1));
        return available.flatMap(a -> settled.map(s -> a.isAfter(s) ? a : s));
    }

    /** Whether the balancer has taken over the Service write that was made at this time. */
    public Settlement settlement(ServiceView service, Instant since) {
        Optional<String> before = Optional.ofNullable(service.annotations().get(Marks.HASH_BEFORE));
        // Where no hash was recorded nothing changed that the provider reads: there is no signal to wait for.
        return before.isPresent()
                ? Settlement.of(
                        rules,
                        settleBound,
                        since,
                        world.now(),
                        before.filter(h -> !h.isEmpty()),
                        rules.syncHash(service))
                : Settlement.ofNode(settleBound, since, world.now());
    }

    /** Service keys of every selector that could select the member's pod, without the tier's own key. */
    public Set<String> selectorKeys(PodView pod) {
        return world.services().values().stream()
                .filter(s -> s.key().namespace().equals(pod.key().namespace()))
                .filter(s -> pod.matches(withoutTier(s.selector())))
                .flatMap(s -> withoutTier(s.selector()).keySet().stream())
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The labels by which Services select the tier's pods, as the DaemonSet's template gives them: what a detached pod
     * lacks. Empty where there is no DaemonSet.
     */
    public Map<String, String> selectorLabels() {
        Map<String, String> template = world.workload()
                .map(w -> w.getSpec().getTemplate().getMetadata())
                .map(ObjectMeta::getLabels)
                .map(l -> Objects.requireNonNullElse(l, Map.<String, String>of()))
                .orElse(Map.of());
        var labels = new TreeMap<String, String>();
        world.services().values().stream()
                .filter(s -> s.key()
                        .namespace()
                        .equals(world.tier().getSpec().controller().namespace()))
                .map(s -> withoutTier(s.selector()))
                .filter(selector -> template.entrySet().containsAll(selector.entrySet()))
                .forEach(labels::putAll);
        return labels;
    }

    private static Map<String, String> withoutTier(Map<String, String> selector) {
        var rest = new TreeMap<>(selector);
        rest.remove(Marks.TIER);
        return rest;
    }
}
