package io.ingresstier.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import io.ingresstier.world.ObjectKey;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * One write to one object, as the API server tells of it.
 *
 * @param version the resourceVersion; one etcd numbers the writes of all kinds
 * @param at when it had been made at the latest
 * @param object as it is since, or as it was last where it was deleted
 * @param before as it was, empty where it is new
 * @param ours whether the operator wrote it
 */
record Revision(
        long version, Instant at, HasMetadata object, Optional<HasMetadata> before, boolean deleted, boolean ours) {

    private static final EnumSet<DiffFlags> HOW =
            EnumSet.of(DiffFlags.OMIT_VALUE_ON_REMOVE, DiffFlags.OMIT_MOVE_OPERATION, DiffFlags.OMIT_COPY_OPERATION);

    /** Kind, namespace and name. */
    String key() {
        return key(object);
    }

    static String key(HasMetadata object) {
        return object.getKind() + " " + ObjectKey.of(object);
    }

    /** The objects before and after, where the write changed one of this kind. */
    <T extends HasMetadata> Optional<Changed<T>> changed(Class<T> kind) {
        return deleted || before.isEmpty() || !kind.isInstance(object)
                ? Optional.empty()
                : Optional.of(new Changed<>(kind.cast(before.get()), kind.cast(object)));
    }

    /** An object before and after one write. */
    record Changed<T>(T before, T after) {}

    /** Whether the write told the object to go: it is gone, or has begun to terminate. */
    boolean removed() {
        return deleted
                || (object.getMetadata().getDeletionTimestamp() != null
                        && before.filter(b -> b.getMetadata().getDeletionTimestamp() == null)
                                .isPresent());
    }

    /** Field managers whose entries the write changed; none for a deletion, and for who only took fields away. */
    private Set<String> writers() {
        List<ManagedFieldsEntry> known =
                before.map(b -> b.getMetadata().getManagedFields()).orElse(List.of());
        return deleted
                ? Set.of()
                : object.getMetadata().getManagedFields().stream()
                        .filter(entry -> !known.contains(entry))
                        .map(ManagedFieldsEntry::getManager)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * One field that the write changed.
     *
     * @param path its place; a key with slashes is written as it is
     * @param operation of a JSON patch: {@code add}, {@code remove}, {@code replace}
     * @param from the value before, empty where there was none
     * @param to the value after, empty where there is none
     */
    record Edit(String path, String operation, String from, String to) {

        boolean removes() {
            return operation.equals("remove");
        }

        boolean replaces() {
            return operation.equals("replace");
        }

        @Override
        public String toString() {
            return "%s was %s and is %s"
                    .formatted(path, from.isEmpty() ? "absent" : from, to.isEmpty() ? "absent" : to);
        }
    }

    /** What the write changed, field by field; of labels, annotations and selectors key by key. */
    Stream<Edit> edits() {
        JsonNode from = before.<JsonNode>map(Revision::bare).orElseGet(MissingNode::getInstance);
        return StreamSupport.stream(JsonDiff.asJson(from, bare(object), HOW).spliterator(), false)
                .map(operation -> edit(operation, from));
    }

    private static Edit edit(JsonNode operation, JsonNode before) {
        String path = operation.path("path").asText();
        return new Edit(
                path.replace("~1", "/"),
                operation.path("op").asText(),
                before.at(path).isMissingNode() ? "" : before.at(path).toString(),
                operation.has("value") ? operation.get("value").toString() : "");
    }

    /** What of an object a write can mean; maps are always there, so that each of their keys is a change of its own. */
    private static ObjectNode bare(HasMetadata object) {
        ObjectNode json = Serialization.jsonMapper().valueToTree(object);
        if (json.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(List.of("managedFields", "resourceVersion", "generation"));
            metadata.withObjectProperty("labels");
            metadata.withObjectProperty("annotations");
        }
        if (object instanceof Service) {
            json.withObjectProperty("spec").withObjectProperty("selector");
        }
        return json;
    }

    private String difference() {
        return deleted
                ? "deleted"
                : before.isEmpty() ? "created" : edits().map(Edit::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return "revision %d, %s of %s by %s: %s"
                .formatted(version, at, key(), ours ? "the operator " + writers() : writers(), difference());
    }
}
