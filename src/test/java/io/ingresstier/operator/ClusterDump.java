package io.ingresstier.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.lab.Incumbent;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Every object that a tier may touch, whole, but for what changes with every write of anybody. */
final class ClusterDump {

    private ClusterDump() {}

    /** The objects of the default cluster by kind and name, as YAML. */
    static Map<String, String> of(KubernetesClient client) {
        var dump = new TreeMap<String, String>();
        objects(client, Incumbent.NAMESPACE, Map.of())
                .forEach((key, json) -> dump.put(key, Serialization.asYaml(json)));
        return dump;
    }

    /**
     * The objects by kind and name.
     *
     * @param nodeLabels of the nodes that are looked at
     */
    static SortedMap<String, ObjectNode> objects(
            KubernetesClient client, String namespace, Map<String, String> nodeLabels) {
        var dump = new TreeMap<String, ObjectNode>();
        Stream.<List<? extends HasMetadata>>of(
                        client.nodes().withLabels(nodeLabels).list().getItems(),
                        client.services().inNamespace(namespace).list().getItems(),
                        client.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.apps().daemonSets().inNamespace(namespace).list().getItems(),
                        client.configMaps().inNamespace(namespace).list().getItems(),
                        client.policy()
                                .v1()
                                .podDisruptionBudget()
                                .inNamespace(namespace)
                                .list()
                                .getItems())
                .flatMap(List::stream)
                .forEach(o -> dump.put(o.getKind() + " " + o.getMetadata().getName(), json(o)));
        return dump;
    }

    private static ObjectNode json(HasMetadata object) {
        ObjectNode json = Serialization.jsonMapper().valueToTree(object);
        json.remove("status");
        ObjectNode metadata = (ObjectNode) json.get("metadata");
        metadata.remove(List.of("resourceVersion", "generation", "managedFields"));
        if (metadata.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove("deployment.kubernetes.io/revision");
            if (annotations.isEmpty()) {
                metadata.remove("annotations");
            }
        }
        return json;
    }
}
