package io.ingresstier.balancer;

import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.EndpointView;
import io.ingresstier.world.ServicePortView;
import io.ingresstier.world.ServiceView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The endpoints behind a port as Alibaba Cloud's controllers count them (setBackendsFromEndpointSlices in vgroups.go).
 */
final class AlibabaEndpoints {

    private AlibabaEndpoints() {}

    /**
     * IPv4 only; a terminating endpoint never counts, a missing {@code ready} is not ready, {@code serving} is not
     * read.
     */
    static List<EndpointView> behind(
            ServiceView service, ServicePortView port, List<EndpointSliceView> slices, AlibabaConfig config) {
        var counted = new ArrayList<EndpointView>();
        Set<String> seen = new HashSet<>();
        for (EndpointSliceView slice : slices) {
            if (!slice.service().equals(service.key()) || !"IPv4".equals(slice.addressType()) || !serves(slice, port)) {
                continue;
            }
            for (EndpointView endpoint : slice.endpoints()) {
                if (counts(endpoint, config) && (seen.add(endpoint.address()) || !config.endpointSlices())) {
                    counted.add(endpoint);
                }
            }
        }
        return counted;
    }

    /**
     * A numeric target port is taken as it is; a named one has to be found in the slice, under the Service port's name.
     */
    private static boolean serves(EndpointSliceView slice, ServicePortView port) {
        return !port.named() || slice.ports().getOrDefault(port.name(), 0) != 0;
    }

    private static boolean counts(EndpointView endpoint, AlibabaConfig config) {
        if (endpoint.terminating().orElse(false)) {
            return false;
        }
        return endpoint.ready().orElse(false)
                || endpoint.pod().filter(config.awaitingBalancer()::contains).isPresent();
    }
}
