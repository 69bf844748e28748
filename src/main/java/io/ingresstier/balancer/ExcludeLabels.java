package io.ingresstier.balancer;

import io.ingresstier.world.NodeView;
import java.util.List;
import java.util.Optional;

/**
 * Node labels that keep a node out of balancers by their presence, whatever their value: {@code =false} excludes too.
 * (The shared cloud-provider library reads the value as a bool; no provider here is built on it.)
 */
final class ExcludeLabels {

    /** The label of the Kubernetes API for this. */
    static final String STANDARD = "node.kubernetes.io/exclude-from-external-load-balancers";

    /** pkg/controller/helper/node_utils.go of cloud-provider-alibaba-cloud. */
    static final List<String> ALIBABA = List.of(
            STANDARD,
            "alpha.service-controller.kubernetes.io/exclude-balancer",
            "service.beta.kubernetes.io/exclude-node",
            "service.alibabacloud.com/exclude-node");

    private ExcludeLabels() {}

    /** The sentence for a node that carries one of these labels. */
    static Optional<String> on(NodeView node, List<String> labels) {
        return labels.stream()
                .filter(node.labels()::containsKey)
                .findFirst()
                .map(label -> "excluded by label " + label);
    }
}
