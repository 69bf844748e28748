package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All that a tier may change in a cluster, at one moment, as text by place. Two pictures show whether a deleted tier
 * left something behind.
 */
record ClusterPicture(Map<String, String> facts) {

    static ClusterPicture of(KubernetesClient client) {
        var facts = new TreeMap<String, String>();
        client.nodes().list().getItems().forEach(n -> node(n, facts));
        client.services().inNamespace(Incumbent.NAMESPACE).list().getItems().forEach(s -> {
            put(facts, s, "annotations", new TreeMap<>(annotations(s)));
            put(facts, s, "selector", s.getSpec().getSelector());
        });
        client.apps()
                .deployments()
                .inNamespace(Incumbent.NAMESPACE)
                .list()
                .getItems()
                .forEach(d -> {
                    put(facts, d, "annotations", new TreeMap<>(annotations(d)));
                    put(facts, d, "replicas", d.getSpec().getReplicas());
                    put(facts, d, "ready", d.getStatus().getReadyReplicas());
                    put(facts, d, "template", d.getSpec().getTemplate());
                });
        client.apps().daemonSets().inAnyNamespace().list().getItems().forEach(d -> put(facts, d, "is", "there"));
        client.policy()
                .v1()
                .podDisruptionBudget()
                .inAnyNamespace()
                .list()
                .getItems()
                .forEach(b -> put(facts, b, "is", "there"));
        client.configMaps()
                .inNamespace(Incumbent.NAMESPACE)
                .list()
                .getItems()
                .forEach(c -> put(facts, c, "is", "there"));
        return new ClusterPicture(Map.copyOf(facts));
    }

    /** What differs, in sentences; empty if nothing does. */
    List<String> differences(ClusterPicture after) {
        var places = new TreeMap<>(facts);
        places.putAll(after.facts);
        var differences = new ArrayList<String>();
        for (String place : places.keySet()) {
            String was = facts.getOrDefault(place, "absent");
            String is = after.facts.getOrDefault(place, "absent");
            if (!was.equals(is) && !grown(place, was, is)) {
                differences.add(place + " was " + was + " and is " + is);
            }
        }
        return differences;
    }

    /** A restored Deployment keeps as many replicas as served at last, so it may have more than before. */
    private static boolean grown(String place, String was, String is) {
        return (place.endsWith(" replicas") || place.endsWith(" ready"))
                && was.matches("\\d+")
                && is.matches("\\d+")
                && Integer.parseInt(is) > Integer.parseInt(was);
    }

    private static void node(Node node, Map<String, String> facts) {
        put(facts, node, "labels", new TreeMap<>(node.getMetadata().getLabels()));
        put(facts, node, "taints", node.getSpec().getTaints());
        put(
                facts,
                node,
                "annotations of the tier",
                annotations(node).keySet().stream()
                        .filter(k -> k.startsWith("ingresstier.io/"))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** The Deployment controller's own count of revisions is nobody's configuration. */
    private static Map<String, String> annotations(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.<String, String>of())
                .entrySet()
                .stream()
                .filter(e -> !e.getKey().startsWith("deployment.kubernetes.io/"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static void put(Map<String, String> facts, HasMetadata object, String what, Object is) {
        facts.put(object.getKind() + " " + object.getMetadata().getName() + " " + what, String.valueOf(is));
    }
}
