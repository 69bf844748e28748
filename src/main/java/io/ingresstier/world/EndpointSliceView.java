package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An EndpointSlice as decisions see it.
 *
 * @param service the Service it belongs to
 * @param addressType {@code IPv4}, {@code IPv6} or {@code FQDN}
 * @param ports port numbers by port name; the unnamed port has the name ""
 * @param endpoints one entry an address
 */
public record EndpointSliceView(
        ObjectKey service, String addressType, Map<String, Integer> ports, List<EndpointView> endpoints) {

    public EndpointSliceView {
        ports = Map.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    /** The view of a slice read from the API server; its label {@code kubernetes.io/service-name} names the Service. */
    public static EndpointSliceView of(EndpointSlice slice) {
        ObjectMeta metadata = Objects.requireNonNullElseGet(slice.getMetadata(), ObjectMeta::new);
        var ports = new HashMap<String, Integer>();
        for (var port : OrEmpty.list(slice.getPorts())) {
            if (port.getPort() != null) {
                ports.putIfAbsent(OrEmpty.text(port.getName()), port.getPort());
            }
        }
        var endpoints = new ArrayList<EndpointView>();
        for (Endpoint endpoint : OrEmpty.list(slice.getEndpoints())) {
            for (String address : OrEmpty.list(endpoint.getAddresses())) {
                endpoints.add(endpoint(endpoint, address));
            }
        }
        return new EndpointSliceView(
                new ObjectKey(
                        OrEmpty.text(metadata.getNamespace()),
                        OrEmpty.map(metadata.getLabels()).getOrDefault("kubernetes.io/service-name", "")),
                Objects.requireNonNullElse(slice.getAddressType(), "IPv4"),
                ports,
                endpoints);
    }

    private static EndpointView endpoint(Endpoint endpoint, String address) {
        var conditions = Optional.ofNullable(endpoint.getConditions());
        return new EndpointView(
                address,
                Optional.ofNullable(endpoint.getNodeName()),
                Optional.ofNullable(endpoint.getTargetRef())
                        .filter(r -> "Pod".equals(r.getKind()))
                        .map(r -> new ObjectKey(OrEmpty.text(r.getNamespace()), OrEmpty.text(r.getName()))),
                conditions.map(c -> c.getReady()),
                conditions.map(c -> c.getServing()),
                conditions.map(c -> c.getTerminating()));
    }

    /** The slice with only those endpoints for which the test holds. */
    public EndpointSliceView keeping(Predicate<EndpointView> test) {
        return new EndpointSliceView(
                service, addressType, ports, endpoints.stream().filter(test).toList());
    }
}
