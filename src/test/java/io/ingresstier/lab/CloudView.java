package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.ingresstier.balancer.Backend;
import io.ingresstier.balancer.BackendRules;
import io.ingresstier.balancer.Backends;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ServicePortView;
import io.ingresstier.world.ServiceView;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the cloud controller read when a sync began, and what it decided on it. It may be old by the time it is
 * programmed, as in the real one.
 */
record CloudView(ServiceView service, Backends backends, Map<Integer, Map<String, InetSocketAddress>> targets) {

    /** Reads nothing but its arguments: what the informers held. */
    static CloudView of(BackendRules rules, Service object, Collection<Node> nodes, Collection<EndpointSlice> slices) {
        var service = ServiceView.of(object);
        List<EndpointSliceView> own = slices.stream()
                .map(EndpointSliceView::of)
                .filter(s -> s.service().equals(service.key()))
                .toList();
        var backends = rules.backends(service, nodes.stream().map(NodeView::of).toList(), own);
        var targets = new TreeMap<Integer, Map<String, InetSocketAddress>>();
        for (ServicePortView port : service.ports()) {
            var byId = new TreeMap<String, InetSocketAddress>();
            for (Backend backend : backends.byPort().getOrDefault(port.id(), List.of())) {
                address(backend, port, nodes, own).ifPresent(a -> byId.put(backend.identity(), a));
            }
            targets.put(port.port(), byId);
        }
        return new CloudView(service, backends, targets);
    }

    /** Whether this port keeps the backends it has, because the controller cannot tell what they should be. */
    boolean frozen(int port) {
        return backends.error().isPresent()
                || backends.errors().keySet().stream().anyMatch(id -> id.number() == port);
    }

    /** Whether a Service change is being synced, as opposed to a change of nodes or endpoints. */
    boolean serviceChanged() {
        return !ServiceHash.of(service).equals(service.labels().get(ServiceHash.LABEL));
    }

    private static Optional<InetSocketAddress> address(
            Backend backend, ServicePortView port, Collection<Node> nodes, List<EndpointSliceView> slices) {
        if (!backend.address().isEmpty()) {
            return slices.stream()
                    .filter(s ->
                            s.endpoints().stream().anyMatch(e -> e.address().equals(backend.address())))
                    .flatMap(s -> Optional.ofNullable(s.ports().get(port.name())).stream())
                    .map(number -> new InetSocketAddress(backend.address(), number))
                    .findFirst();
        }
        return nodes.stream()
                .filter(n -> n.getMetadata().getName().equals(backend.node()) && port.nodePort() > 0)
                .flatMap(n -> n.getStatus().getAddresses().stream())
                .filter(a -> "InternalIP".equals(a.getType()))
                .map(NodeAddress::getAddress)
                .map(a -> new InetSocketAddress(a, port.nodePort()))
                .findFirst();
    }
}
