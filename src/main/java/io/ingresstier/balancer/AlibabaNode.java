package io.ingresstier.balancer;

import io.ingresstier.world.NodeTaint;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ServiceView;
import java.util.Optional;

/**
 * What Alibaba Cloud's controllers see in a node (pkg/controller/helper/node_utils.go, …/reconcile/backend/backend.go).
 */
final class AlibabaNode {

    private static final String MASTER = "node-role.kubernetes.io/master";
    private static final String TO_BE_DELETED = "ToBeDeletedByClusterAutoscaler";
    private static final String SCHEME = "alicloud://";

    /** Machines outside the cloud that were joined to the cluster. */
    static final String HYBRID = "ack-hybrid://";

    private AlibabaNode() {}

    /** Pods of a virtual node are targets by their own addresses, in every mode. */
    static boolean virtual(NodeView node) {
        return node.labelled("type", "virtual-kubelet");
    }

    /** The instance in {@code region.instance}, with or without {@code alicloud://}; further dots are ignored. */
    static Optional<String> instance(NodeView node) {
        String id = node.providerId();
        if (id.startsWith(SCHEME)) {
            id = id.substring(SCHEME.length());
            // The controller splits at every "://" and takes the second piece.
            int again = id.indexOf("://");
            id = again < 0 ? id : id.substring(0, again);
        }
        String[] parts = id.split("\\.", -1);
        return parts.length < 2 ? Optional.empty() : Optional.of(parts[1]);
    }

    /** Why the node, and with it the pods of a virtual node, is left out before targets are computed. */
    static Optional<String> skipped(NodeView node, ServiceView service) {
        return leaving(node)
                .or(() -> unscheduled(node, service))
                .or(() -> virtual(node) ? Optional.empty() : unready(node));
    }

    /** Why the node itself is no target although it was not skipped. */
    static Optional<String> excluded(NodeView node) {
        return ExcludeLabels.on(node, ExcludeLabels.ALIBABA)
                .or(() -> node.providerId().startsWith(HYBRID)
                        ? Optional.of("a hybrid node, providerID " + node.providerId())
                        : Optional.empty());
    }

    /** Control-plane nodes are known by the old master label only; of taints only the autoscaler's counts. */
    static Optional<String> leaving(NodeView node) {
        if (node.labels().containsKey(MASTER)) {
            return Optional.of("carries " + MASTER);
        }
        return node.taints().stream().map(NodeTaint::key).anyMatch(TO_BE_DELETED::equals)
                ? Optional.of("tainted " + TO_BE_DELETED)
                : Optional.empty();
    }

    private static Optional<String> unscheduled(NodeView node, ServiceView service) {
        return node.unschedulable()
                        && "on".equals(AlibabaAnnotations.text(service, AlibabaAnnotations.REMOVE_UNSCHEDULED))
                ? Optional.of("cordoned, and the annotation remove-unscheduled-backend is on")
                : Optional.empty();
    }

    private static Optional<String> unready(NodeView node) {
        return switch (node.readiness()) {
            case READY, NO_READY_CONDITION -> Optional.empty();
            case NOT_READY -> Optional.of("not ready");
            case NO_CONDITIONS -> Optional.of("has no conditions yet");
        };
    }
}
