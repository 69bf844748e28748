package io.ingresstier.workload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeSet;

/**
 * Model objects as JSON with keys in order and nulls left out: the same content has the same text, in every version of
 * the model classes. The client's own serialization would make the core depend on a client class.
 */
final class CanonicalJson {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** 64 bits: enough to tell templates of one tier apart, and short enough for a label's value. */
    private static final int HASH_BYTES = 8;

    private CanonicalJson() {}

    static JsonNode tree(Object object) {
        return sorted(MAPPER.valueToTree(object));
    }

    /**
     * A copy that shares nothing with the original. Builders of the model share what has no builder of its own,
     * quantities among them.
     */
    static <T> T copy(T object, Class<T> type) {
        try {
            return MAPPER.treeToValue(tree(object), type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }

    /** A short hash that is stable across processes and versions, in hexadecimal digits. */
    static String hash(Object object) {
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest(tree(object).toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            var object = JsonNodeFactory.instance.objectNode();
            var names = new TreeSet<String>();
            node.fieldNames().forEachRemaining(names::add);
            for (var name : names) {
                var value = node.path(name);
                if (!value.isNull()) {
                    object.set(name, sorted(value));
                }
            }
            return object;
        }
        if (node.isArray()) {
            var array = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> array.add(sorted(element)));
            return array;
        }
        return node;
    }
}
