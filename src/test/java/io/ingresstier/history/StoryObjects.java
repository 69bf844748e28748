package io.ingresstier.history;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.IngressTierSpec;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.world.Marks;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The objects of a {@link Story}. */
final class StoryObjects {

    static final String ROLE = "node-role.kubernetes.io/ingress";
    static final String BACKENDS = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-backend-label";
    static final String SERVICE = "nginx-ingress-lb";
    static final String TIER = "default";
    static final int SOAK = 20;
    static final int DRAIN = 10;

    private StoryObjects() {}

    static Node node(int number) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName("n" + number)
                .endMetadata()
                .withNewSpec()
                .withProviderID("cn-hangzhou.i-n" + number)
                .endSpec()
                .withNewStatus()
                .addNewAddress("192.0.2." + number, "InternalIP")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }

    /** A pod that is ready, with the controller's label and more. */
    static Pod pod(String name, String node, Map<String, String> labels) {
        var all = new HashMap<>(Incumbent.LABELS);
        all.putAll(labels);
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(Incumbent.NAMESPACE)
                .withName(name)
                .withLabels(all)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .withNewStatus()
                .withPodIP("198.51.100." + (name.hashCode() & 0xff))
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }

    /** A pod of the tier that is ready, made from this template. */
    static Pod tierPod(String node, String revision) {
        return new PodBuilder(pod("tier-" + node, node, Map.of(Marks.TIER, TIER, Marks.TEMPLATE, revision)))
                .editMetadata()
                .addNewOwnerReference()
                .withKind("DaemonSet")
                .withName(Incumbent.NAME)
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .build();
    }

    /** Somebody else's balancer Service of these pods. */
    static Service stranger(String name) {
        Service service = new ServiceBuilder(Incumbent.service(BackendMode.Local))
                .editMetadata()
                .withName(name)
                .endMetadata()
                .build();
        service.getSpec().setSelector(new HashMap<>(Map.of("app", name)));
        return service;
    }

    static IngressTier tier() {
        var tier = new IngressTier();
        tier.getMetadata().setName(TIER);
        tier.getMetadata().setGeneration(1L);
        tier.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
        tier.setSpec(IngressTierSpec.defaults()
                .withNodes(n -> n.withReplicas(3))
                .withRollout(r -> r.withSoakSeconds(SOAK).withDrainSeconds(DRAIN)));
        return tier;
    }

    /** A second tier, with a label key of its own. */
    static IngressTier tier(String name, String key) {
        IngressTier tier = tier();
        tier.getMetadata().setName(name);
        tier.setSpec(tier.getSpec().withNodes(n -> n.withLabel(new io.ingresstier.api.NodeLabel(key, "true"))));
        return tier;
    }

    static void ready(IngressTier tier) {
        List<Condition> conditions = List.of(new ConditionBuilder()
                .withType("Ready")
                .withStatus("True")
                .withReason("Serving")
                .build());
        tier.setStatus(new IngressTierStatus(
                1L, 3, 3, 3, 3, null, null, List.of(), List.of(), null, List.of(), List.of(), conditions));
    }

    static DaemonSet workload() {
        return new DaemonSetBuilder()
                .withNewMetadata()
                .withNamespace(Incumbent.NAMESPACE)
                .withName(Incumbent.NAME)
                .addToLabels(Marks.TIER, TIER)
                .endMetadata()
                .withNewSpec()
                .withTemplate(Incumbent.deployment(1).getSpec().getTemplate())
                .endSpec()
                .build();
    }

    static ConfigMap configMap(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(Incumbent.NAMESPACE)
                .withName(name)
                .endMetadata()
                .build();
    }

    /** What the endpoint controller makes of these pods for a Service. */
    static EndpointSlice slice(Service service, List<Pod> pods) {
        ServiceView view = ServiceView.of(service);
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace(view.key().namespace())
                .withName(view.key().name())
                .addToLabels("kubernetes.io/service-name", view.key().name())
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withName("http")
                .withPort(8080)
                .endPort()
                .withEndpoints(pods.stream()
                        .map(PodView::of)
                        .filter(p -> p.matches(view.selector()))
                        .map(StoryObjects::endpoint)
                        .toList())
                .build();
    }

    private static Endpoint endpoint(PodView pod) {
        return new EndpointBuilder()
                .withAddresses(pod.address())
                .withNodeName(pod.nodeName())
                .withNewConditions()
                .withReady(pod.serving())
                .withServing(pod.ready())
                .withTerminating(pod.terminating())
                .endConditions()
                .withNewTargetRef()
                .withKind("Pod")
                .withNamespace(pod.key().namespace())
                .withName(pod.key().name())
                .endTargetRef()
                .build();
    }
}
