package io.ingresstier.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.lab.Incumbent;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;

/** Where a cluster is not as it was. */
final class Differences {

    private static final String DEPLOYMENT = "Deployment " + Incumbent.NAME;
    /** The provider's own: it follows what is written to a Service. */
    private static final String HASH = "service.beta.kubernetes.io/hash";

    private Differences() {}

    /**
     * The objects that differ, each as it is expected and as it is. More replicas than before are none; nor is the
     * identity of an object or the provider's label where the expectation does not name them.
     */
    static List<String> between(SortedMap<String, ObjectNode> before, SortedMap<String, ObjectNode> now) {
        var keys = new TreeSet<>(before.keySet());
        keys.addAll(now.keySet());
        var differences = new ArrayList<String>();
        for (String key : keys) {
            ObjectNode expected = before.get(key);
            ObjectNode found = now.get(key);
            if (expected == null || found == null) {
                differences.add(key + (found == null ? " is gone" : " is new"));
            } else if (!alike(key, expected, found).equals(expected)) {
                differences.add("%s was%n%sand is%n%s"
                        .formatted(key, Serialization.asYaml(expected), Serialization.asYaml(found)));
            }
        }
        return differences;
    }

    private static ObjectNode alike(String key, ObjectNode expected, ObjectNode found) {
        ObjectNode alike = found.deepCopy();
        int replicas = expected.at("/spec/replicas").asInt();
        if (key.equals(DEPLOYMENT) && alike.at("/spec/replicas").asInt() > replicas) {
            alike.withObject("/spec").put("replicas", replicas);
        }
        if (expected.at("/metadata/uid").isMissingNode()) {
            alike.withObject("/metadata").remove(List.of("uid", "creationTimestamp"));
        }
        if (key.startsWith("Service ") && !expected.at("/metadata/labels").has(HASH)) {
            alike.withObject("/metadata/labels").remove(HASH);
        }
        return alike;
    }
}
