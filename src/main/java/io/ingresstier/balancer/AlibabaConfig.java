package io.ingresstier.balancer;

import io.ingresstier.world.ObjectKey;
import java.util.Set;

/**
 * What decides about targets on Alibaba Cloud and is not in the objects: the configuration of
 * cloud-provider-alibaba-cloud and what the cloud's own API would say.
 *
 * @param podDirect the controller's {@code serviceBackendType} is {@code eni} and its environment variable
 *     {@code SERVICE_FORCE_BACKEND_ENI} does not say otherwise
 * @param typeAnnotation the feature gate {@code LoadBalancerTypeAnnotation}
 * @param endpointSlices the feature gate {@code EndpointSlice}; without it an address in two subsets counts twice
 * @param withoutInterface addresses of pods for which the cloud knows no network interface: they become no targets
 * @param awaitingBalancer pods that are ready but for the Service's readiness gate
 *     {@code service.readiness.alibabacloud.com/<service>}: these become targets before they are Ready
 * @param unknownGroups ids of server groups named in {@code vgroup-port} that the cloud does not have
 */
public record AlibabaConfig(
        boolean podDirect,
        boolean typeAnnotation,
        boolean endpointSlices,
        Set<String> withoutInterface,
        Set<ObjectKey> awaitingBalancer,
        Set<String> unknownGroups) {

    public AlibabaConfig {
        withoutInterface = Set.copyOf(withoutInterface);
        awaitingBalancer = Set.copyOf(awaitingBalancer);
        unknownGroups = Set.copyOf(unknownGroups);
    }

    /**
     * The controller as it is shipped (pkg/config/feature_gates.go), in a cloud that knows every pod and server group.
     */
    public static AlibabaConfig defaults() {
        return new AlibabaConfig(false, false, true, Set.of(), Set.of(), Set.of());
    }
}
