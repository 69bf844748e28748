package io.ingresstier.world;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one write changes in an object: key by key, a value to set, or empty to remove the key. Keys that are not named
 * here belong to somebody else and are never touched. The same edits are sent as a JSON merge patch and applied to the
 * view in {@link World#after}, so that what was judged is what is written.
 *
 * @param labels changes of {@code metadata.labels}
 * @param annotations changes of {@code metadata.annotations}
 * @param selector changes of {@code spec.selector}; Services only
 */
public record Edits(
        Map<String, Optional<String>> labels,
        Map<String, Optional<String>> annotations,
        Map<String, Optional<String>> selector) {

    public Edits {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        selector = Map.copyOf(selector);
    }

    /** Edits of labels and annotations. */
    public static Edits of(Map<String, Optional<String>> labels, Map<String, Optional<String>> annotations) {
        return new Edits(labels, annotations, Map.of());
    }

    /** Edits of annotations only. */
    public static Edits annotations(Map<String, Optional<String>> annotations) {
        return new Edits(Map.of(), annotations, Map.of());
    }

    /** The map with the changes made, keys in order. */
    public static Map<String, String> applied(Map<String, String> before, Map<String, Optional<String>> changes) {
        var after = new TreeMap<>(before);
        changes.forEach((key, value) -> value.ifPresentOrElse(v -> after.put(key, v), () -> after.remove(key)));
        return after;
    }

    /** Whether two maps agree on every key that these changes touch. */
    public static boolean agree(Map<String, String> a, Map<String, String> b, Map<String, Optional<String>> changes) {
        return changes.keySet().stream()
                .allMatch(key -> Optional.ofNullable(a.get(key)).equals(Optional.ofNullable(b.get(key))));
    }
}
