package io.ingresstier.balancer;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ServiceView;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The objects that the rules' tests talk about, ordinary unless a test says otherwise. */
final class Scene {

    static final String INGRESS = "node-role.kubernetes.io/ingress";
    static final String NEW = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-";
    static final String LEGACY = "service.beta.kubernetes.io/alicloud-loadbalancer-";

    private Scene() {}

    /** A ready node {@code cn-hangzhou.i-<name>} without labels. */
    static NodeView node(String name) {
        return node(name, Map.of());
    }

    static NodeView node(String name, Map<String, String> labels) {
        return node(name, labels, n -> n);
    }

    static NodeView node(String name, Map<String, String> labels, UnaryOperator<NodeBuilder> but) {
        return NodeView.of(but.apply(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withLabels(labels)
                        .endMetadata()
                        .withNewSpec()
                        .withProviderID("cn-hangzhou.i-" + name)
                        .endSpec()
                        .withNewStatus()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .endCondition()
                        .endStatus())
                .build());
    }

    static UnaryOperator<NodeBuilder> providerId(String id) {
        return n -> n.editSpec().withProviderID(id).endSpec();
    }

    static UnaryOperator<NodeBuilder> notReady() {
        return n -> n.editStatus()
                .editFirstCondition()
                .withStatus("Unknown")
                .endCondition()
                .endStatus();
    }

    static UnaryOperator<NodeBuilder> tainted(String key) {
        return n -> n.editSpec()
                .addNewTaint()
                .withKey(key)
                .withEffect("NoSchedule")
                .endTaint()
                .endSpec();
    }

    /** A balancer's Service with ports 80 and 443 and {@code externalTrafficPolicy: Cluster}. */
    static ServiceView service(Map<String, String> annotations) {
        return service(annotations, s -> s);
    }

    static ServiceView local(Map<String, String> annotations) {
        return service(
                annotations,
                s -> s.editSpec().withExternalTrafficPolicy("Local").endSpec());
    }

    static ServiceView service(Map<String, String> annotations, UnaryOperator<ServiceBuilder> but) {
        return ServiceView.of(but.apply(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace("web")
                        .withName("lb")
                        .withAnnotations(annotations)
                        .endMetadata()
                        .withNewSpec()
                        .withType("LoadBalancer")
                        .addNewPort()
                        .withName("http")
                        .withPort(80)
                        .withNewTargetPort("http")
                        .endPort()
                        .addNewPort()
                        .withName("https")
                        .withPort(443)
                        .withNewTargetPort("https")
                        .endPort()
                        .endSpec())
                .build());
    }

    /** A slice of the Service with a ready endpoint on each of these nodes, behind the ports of these names. */
    static EndpointSliceView slice(String ports, String... nodes) {
        var slice = new EndpointSliceBuilder()
                .withAddressType("IPv4")
                .withNewMetadata()
                .withNamespace("web")
                .addToLabels("kubernetes.io/service-name", "lb")
                .endMetadata();
        for (String port : ports.split(",")) {
            slice.addNewPort().withName(port).withPort(8080).endPort();
        }
        for (int i = 0; i < nodes.length; i++) {
            slice.addNewEndpoint()
                    .withAddresses("10.0.0." + i)
                    .withNodeName(nodes[i])
                    .withNewConditions()
                    .withReady(true)
                    .endConditions()
                    .endEndpoint();
        }
        return EndpointSliceView.of(slice.build());
    }
}
