package io.ingresstier.balancer;

import io.ingresstier.api.BackendMode;
import io.ingresstier.api.Provider;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.EndpointView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PortId;
import io.ingresstier.world.ServicePortView;
import io.ingresstier.world.ServiceView;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A balancer of which nothing is known but what Kubernetes itself promises: ready nodes without the exclude label are
 * targets; with {@code externalTrafficPolicy: Local} those of them that host a ready endpoint.
 */
public record GenericRules() implements BackendRules {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int NODE_WEIGHT = 100;

    @Override
    public String name() {
        return Provider.Generic.name();
    }

    @Override
    public Backends backends(ServiceView service, Collection<NodeView> nodes, List<EndpointSliceView> slices) {
        boolean managed = service.loadBalancer() && !service.terminating();
        BackendMode mode = service.local() ? BackendMode.Local : BackendMode.Cluster;
        List<NodeView> sorted =
                nodes.stream().sorted(Comparator.comparing(NodeView::name)).toList();
        var byPort = new HashMap<PortId, List<Backend>>();
        for (ServicePortView port : service.ports()) {
            List<Backend> targets = managed ? targets(service, port, sorted, slices) : List.of();
            byPort.put(port.id(), targets);
        }
        return new Backends(managed, mode, byPort, Map.of(), Optional.empty(), GenericRules::explain);
    }

    private static String explain(NodeView node, Backends backends) {
        return Explanation.of(node, backends, refusal(node), "ready");
    }

    private static List<Backend> targets(
            ServiceView service, ServicePortView port, List<NodeView> nodes, List<EndpointSliceView> slices) {
        Stream<NodeView> eligible = nodes.stream().filter(n -> refusal(n).isEmpty());
        if (!service.local()) {
            return eligible.map(n -> new Backend(n.name(), "", NODE_WEIGHT)).toList();
        }
        Map<String, Integer> pods = podsPerNode(service, port, slices);
        return eligible.filter(n -> pods.containsKey(n.name()))
                .map(n -> new Backend(n.name(), "", pods.getOrDefault(n.name(), 0)))
                .toList();
    }

    private static Map<String, Integer> podsPerNode(
            ServiceView service, ServicePortView port, List<EndpointSliceView> slices) {
        var pods = new HashMap<String, Integer>();
        slices.stream()
                .filter(s -> s.service().equals(service.key()) && s.ports().containsKey(port.name()))
                .filter(s -> s.addressType().equals("IPv4"))
                .flatMap(s -> s.endpoints().stream())
                .filter(EndpointView::live)
                .flatMap(e -> e.nodeName().stream())
                .forEach(node -> pods.merge(node, 1, Integer::sum));
        return pods;
    }

    private static Optional<String> refusal(NodeView node) {
        return excluded(node).or(() -> node.ready() ? Optional.empty() : Optional.of("not ready"));
    }

    private static Optional<String> excluded(NodeView node) {
        return ExcludeLabels.on(node, List.of(ExcludeLabels.STANDARD));
    }

    @Override
    public Map<String, String> selection(String labelKey, String labelValue) {
        return Map.of();
    }

    @Override
    public Map<String, String> draining(Duration drain) {
        return Map.of();
    }

    @Override
    public Duration settleBound(ServiceView service) {
        return BOUND;
    }

    @Override
    public Optional<String> syncHash(ServiceView service) {
        return Optional.empty();
    }

    @Override
    public ServiceView synced(ServiceView service) {
        return service;
    }

    @Override
    public boolean signals() {
        return false;
    }

    @Override
    public Optional<String> unfit(NodeView node) {
        return excluded(node);
    }

    @Override
    public Optional<String> freezes(NodeView node) {
        return Optional.empty();
    }
}
