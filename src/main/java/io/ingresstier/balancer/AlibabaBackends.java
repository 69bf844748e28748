package io.ingresstier.balancer;

import io.ingresstier.api.BackendMode;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PortId;
import io.ingresstier.world.ServicePortView;
import io.ingresstier.world.ServiceView;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What CLB or NLB has behind a whole Service: the nodes that come into question, then port by port. */
final class AlibabaBackends {

    private static final String BACKEND_TYPE = "service.beta.kubernetes.io/backend-type";

    private final AlibabaBalancer balancer;
    private final AlibabaConfig config;
    private final ServiceView service;
    private final List<NodeView> nodes;
    private final BackendMode mode;
    private final Map<String, NodeView> candidates = new LinkedHashMap<>();
    private final Map<String, String> refusals = new HashMap<>();

    AlibabaBackends(AlibabaBalancer balancer, AlibabaConfig config, ServiceView service, Collection<NodeView> nodes) {
        this.balancer = balancer;
        this.config = config;
        this.service = service;
        this.nodes = nodes.stream().sorted(Comparator.comparing(NodeView::name)).toList();
        this.mode = mode();
    }

    private BackendMode mode() {
        String type = service.annotations().getOrDefault(BACKEND_TYPE, "");
        if (type.isEmpty() ? config.podDirect() : "eni".equals(type)) {
            return BackendMode.PodDirect;
        }
        return service.local() ? BackendMode.Local : BackendMode.Cluster;
    }

    Backends with(List<EndpointSliceView> slices) {
        boolean managed = balancer.manages(service, config);
        if (!AlibabaBalancer.wanted(service)) {
            return new Backends(managed, mode, nothing(), Map.of(), Optional.empty(), this::explain);
        }
        var byPort = new HashMap<PortId, List<Backend>>();
        var errors = new HashMap<PortId, BackendError>();
        Optional<BackendError> error = Optional.empty();
        try {
            // Even where pods are the targets: a malformed filter stops the controller in every mode.
            choose();
            for (ServicePortView port : service.ports()) {
                try {
                    byPort.put(port.id(), targets(port, slices));
                } catch (FrozenException e) {
                    if (balancer == AlibabaBalancer.NLB) {
                        throw e;
                    }
                    errors.put(port.id(), e.error());
                }
            }
        } catch (FrozenException e) {
            error = Optional.of(e.error());
            byPort.clear();
        }
        return new Backends(managed, mode, byPort, errors, error, this::explain);
    }

    private Map<PortId, List<Backend>> nothing() {
        var byPort = new HashMap<PortId, List<Backend>>();
        service.ports().forEach(p -> byPort.put(p.id(), List.of()));
        return byPort;
    }

    private void choose() throws FrozenException {
        BackendLabel filter = filter();
        for (NodeView node : nodes) {
            Optional<String> refusal = filter.mismatch(node);
            if (refusal.isEmpty()) {
                refusal = AlibabaNode.skipped(node, service);
            }
            refusal.ifPresentOrElse(r -> refusals.put(node.name(), r), () -> candidates.put(node.name(), node));
        }
    }

    private BackendLabel filter() {
        return BackendLabel.of(AlibabaAnnotations.text(service, AlibabaAnnotations.BACKEND_LABEL));
    }

    private List<Backend> targets(ServicePortView port, List<EndpointSliceView> slices) throws FrozenException {
        AlibabaGroup group = AlibabaGroup.of(balancer, config, service, port);
        var endpoints = AlibabaEndpoints.behind(service, port, slices, config);
        return new AlibabaTargets(group, candidates, endpoints).in(mode, config);
    }

    private String explain(NodeView node, Backends backends) {
        return Explanation.of(node, backends, refusal(node), merits(node));
    }

    private String merits(NodeView node) {
        return (node.ready() ? "ready" : "not known to be unready") + filter().carried();
    }

    private Optional<String> refusal(NodeView node) {
        if (mode == BackendMode.PodDirect) {
            return Optional.empty();
        }
        // A virtual node may itself be excluded, as ACK's are, and still stand for its pods.
        return Optional.ofNullable(refusals.get(node.name()))
                .or(() -> AlibabaNode.virtual(node) ? Optional.empty() : AlibabaNode.excluded(node));
    }
}
