package io.ingresstier.balancer;

import io.ingresstier.api.BackendMode;
import io.ingresstier.balancer.AlibabaTarget.Kind;
import io.ingresstier.world.EndpointView;
import io.ingresstier.world.NodeView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The targets behind one port, a method a mode (pkg/controller/service/clbv1/vgroups.go, …/nlbv2/server_groups.go).
 *
 * @param candidates nodes that were not skipped, by name, in the order of names
 * @param endpoints the endpoints that count behind this port
 */
record AlibabaTargets(AlibabaGroup group, Map<String, NodeView> candidates, List<EndpointView> endpoints) {

    /**
     * The weighed targets; those that the cloud cannot find are left out last, after they had their share of the
     * weight.
     */
    List<Backend> in(BackendMode mode, AlibabaConfig config) throws FrozenException {
        List<AlibabaTarget> targets = switch (mode) {
            case Cluster -> cluster();
            case Local -> local();
            case PodDirect -> endpoints.stream().map(this::pod).toList();
        };
        List<Backend> weighed = group.weigh(mode, targets);
        var found = new ArrayList<Backend>();
        Set<String> instances = new HashSet<>();
        for (int i = 0; i < targets.size(); i++) {
            AlibabaTarget target = targets.get(i);
            boolean once = switch (target.kind()) {
                // In Local mode a node comes once a pod. In Cluster mode the controller does not look for doubles.
                case INSTANCE -> mode != BackendMode.Local || instances.add(target.server());
                case INTERFACE -> !config.withoutInterface().contains(target.address());
                case ADDRESS -> true;
            };
            if (once) {
                found.add(weighed.get(i));
            }
        }
        return found;
    }

    /** Every candidate, and the pods on virtual nodes. */
    private List<AlibabaTarget> cluster() throws FrozenException {
        var targets = new ArrayList<AlibabaTarget>();
        for (NodeView node : candidates.values()) {
            if (AlibabaNode.excluded(node).isEmpty()) {
                targets.add(node(node));
            }
        }
        for (EndpointView endpoint : endpoints) {
            NodeView node = candidates.get(nodeName(endpoint));
            if (node != null && AlibabaNode.virtual(node)) {
                targets.add(pod(endpoint));
            }
        }
        return targets;
    }

    /** The candidate under each endpoint, or the pod itself where that is a virtual node. */
    private List<AlibabaTarget> local() throws FrozenException {
        var nodes = new ArrayList<AlibabaTarget>();
        var pods = new ArrayList<AlibabaTarget>();
        for (EndpointView endpoint : endpoints) {
            NodeView node = candidates.get(nodeName(endpoint));
            if (node == null) {
                continue;
            }
            if (AlibabaNode.virtual(node)) {
                pods.add(pod(endpoint));
            } else if (AlibabaNode.excluded(node).isEmpty()) {
                nodes.add(node(node));
            }
        }
        nodes.addAll(pods);
        return nodes;
    }

    private static String nodeName(EndpointView endpoint) throws FrozenException {
        return endpoint.nodeName()
                .orElseThrow(() -> new FrozenException(
                        "endpoint-nodename-nil",
                        "endpoint " + endpoint.address() + " does not say on which node it is"));
    }

    private AlibabaTarget pod(EndpointView endpoint) {
        return group.byAddress()
                ? new AlibabaTarget(
                        Kind.ADDRESS, endpoint.address(), endpoint.nodeName().orElse(""), endpoint.address())
                : new AlibabaTarget(Kind.INTERFACE, "", endpoint.nodeName().orElse(""), endpoint.address());
    }

    private AlibabaTarget node(NodeView node) throws FrozenException {
        if (group.byAddress()) {
            if (node.internalIp().isEmpty()) {
                throw new FrozenException(
                        "node-internal-ip", "node " + node.name() + " has no IPv4 address of type InternalIP");
            }
            return new AlibabaTarget(Kind.ADDRESS, node.internalIp(), node.name(), "");
        }
        return AlibabaNode.instance(node)
                .map(instance -> new AlibabaTarget(Kind.INSTANCE, instance, node.name(), ""))
                .orElseThrow(() -> new FrozenException(
                        "provider-id",
                        "node " + node.name() + " has providerID \"" + node.providerId()
                                + "\", which is not of the form region.instance"));
    }
}
