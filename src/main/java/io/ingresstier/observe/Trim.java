package io.ingresstier.observe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.ingresstier.world.ManagedLabel;
import io.ingresstier.world.Marks;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Drops from cached objects what no decision reads: a Node of a real cluster is 22 KB, most of it images and managed
 * fields. Works in place, because that is what the item store asks for.
 */
final class Trim {

    private Trim() {}

    static <T extends HasMetadata> T metadata(T object) {
        ObjectMeta metadata = object.getMetadata();
        metadata.setManagedFields(List.of());
        if (metadata.getAnnotations() != null) {
            metadata.getAnnotations().remove("kubectl.kubernetes.io/last-applied-configuration");
        }
        return object;
    }

    static CustomResourceDefinition definition(CustomResourceDefinition definition) {
        definition.setSpec(null);
        return metadata(definition);
    }

    static Node node(Node node) {
        if (node.getStatus() != null) {
            node.setStatus(new NodeStatusBuilder()
                    .withConditions(node.getStatus().getConditions().stream()
                            .filter(c -> "Ready".equals(c.getType()))
                            .peek(c -> c.setLastHeartbeatTime(null))
                            .toList())
                    .withAddresses(node.getStatus().getAddresses())
                    .build());
        }
        // Only these fields tell since when somebody keeps a node out of balancers.
        var excluders = node.getMetadata().getManagedFields().stream()
                .filter(entry -> ManagedLabel.cares(entry, Marks.EXCLUDE))
                .toList();
        metadata(node).getMetadata().setManagedFields(excluders);
        return node;
    }

    static PodDisruptionBudget budget(PodDisruptionBudget budget) {
        budget.setStatus(null);
        return metadata(budget);
    }

    static Ingress ingress(Ingress ingress) {
        ingress.setSpec(null);
        return metadata(ingress);
    }

    /** Where a pod of a tier says that it is healthy. */
    private static Container container(Container container) {
        return new ContainerBuilder()
                .withName(container.getName())
                .withPorts(container.getPorts())
                .withReadinessProbe(container.getReadinessProbe())
                .build();
    }

    static Pod pod(Pod pod) {
        if (pod.getSpec() != null) {
            boolean asked = Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.<String, String>of())
                    .containsKey(Marks.TIER);
            pod.setSpec(new PodSpecBuilder()
                    .withNodeName(pod.getSpec().getNodeName())
                    .withContainers(
                            asked
                                    ? pod.getSpec().getContainers().stream()
                                            .map(Trim::container)
                                            .toList()
                                    : List.of())
                    .build());
        }
        if (pod.getStatus() != null) {
            pod.setStatus(new PodStatusBuilder()
                    .withPodIP(pod.getStatus().getPodIP())
                    .withPhase(pod.getStatus().getPhase())
                    .withConditions(pod.getStatus().getConditions().stream()
                            .filter(c -> "Ready".equals(c.getType()))
                            .toList())
                    .build());
        }
        return metadata(pod);
    }
}
