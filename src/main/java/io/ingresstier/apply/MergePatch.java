package io.ingresstier.apply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ingresstier.world.Edits;
import io.ingresstier.world.NodeTaint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** JSON merge patches (RFC 7396) of owned keys only, bound to the revision they were decided on. */
final class MergePatch {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private MergePatch() {}

    /** A patch of labels, annotations and, for a Service, selector keys. */
    static String of(Edits edits, String resourceVersion) {
        return of(edits, Optional.empty(), resourceVersion);
    }

    /** The same with the whole list of a node's taints, which is what a merge patch can do. */
    static String of(Edits edits, Optional<List<NodeTaint>> taints, String resourceVersion) {
        ObjectNode root = JSON.objectNode();
        ObjectNode metadata = root.putObject("metadata");
        metadata.put("resourceVersion", resourceVersion);
        put(metadata, "labels", edits.labels());
        put(metadata, "annotations", edits.annotations());
        if (!edits.selector().isEmpty()) {
            put(root.putObject("spec"), "selector", edits.selector());
        }
        taints.ifPresent(all -> {
            var list = root.putObject("spec").putArray("taints");
            all.forEach(taint -> put(list.addObject(), taint));
        });
        return root.toString();
    }

    /** A patch of a Deployment's replicas. */
    static String replicas(int replicas, String resourceVersion) {
        ObjectNode root = JSON.objectNode();
        root.putObject("metadata").put("resourceVersion", resourceVersion);
        root.putObject("spec").put("replicas", replicas);
        return root.toString();
    }

    /**
     * A patch of the whole list of finalizers, which is what a merge patch can do; the revision keeps others' from
     * being lost.
     */
    static String finalizers(List<String> finalizers, String resourceVersion) {
        ObjectNode root = JSON.objectNode();
        ObjectNode metadata = root.putObject("metadata");
        metadata.put("resourceVersion", resourceVersion);
        var list = metadata.putArray("finalizers");
        finalizers.forEach(list::add);
        return root.toString();
    }

    private static void put(ObjectNode node, NodeTaint taint) {
        node.put("key", taint.key());
        if (!taint.value().isEmpty()) {
            node.put("value", taint.value());
        }
        node.put("effect", taint.effect());
        taint.added().ifPresent(at -> node.put("timeAdded", at.toString()));
    }

    private static void put(ObjectNode parent, String field, Map<String, Optional<String>> changes) {
        if (changes.isEmpty()) {
            return;
        }
        ObjectNode node = parent.putObject(field);
        changes.forEach((key, value) -> value.ifPresentOrElse(v -> node.put(key, v), () -> node.putNull(key)));
    }
}
