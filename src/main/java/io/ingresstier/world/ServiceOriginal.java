package io.ingresstier.world;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a Service said before the tier wrote to it.
 *
 * @param annotations the values found under the keys that the tier writes; a key that is missing here was absent
 * @param owned the keys that the tier writes
 * @param selector the whole selector
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ServiceOriginal(
        String namespace,
        String name,
        Map<String, String> annotations,
        Set<String> owned,
        Map<String, String> selector) {

    public ServiceOriginal {
        annotations = java.util.Collections.unmodifiableMap(new TreeMap<>(annotations));
        owned = java.util.Collections.unmodifiableSet(new java.util.TreeSet<>(owned));
        selector = java.util.Collections.unmodifiableMap(new TreeMap<>(selector));
    }

    /** What this Service says now under these keys. */
    public static ServiceOriginal of(ServiceView service, Set<String> owned) {
        var found = new TreeMap<>(service.annotations());
        found.keySet().retainAll(owned);
        return new ServiceOriginal(service.key().namespace(), service.key().name(), found, owned, service.selector());
    }

    /** The Service it belongs to. */
    public ObjectKey key() {
        return new ObjectKey(namespace, name);
    }

    /** Edits that put these annotations back: the value found, or removal where the key was absent. */
    public Map<String, Optional<String>> putBack(Set<String> keys) {
        var edits = new TreeMap<String, Optional<String>>();
        keys.forEach(key -> edits.put(key, Optional.ofNullable(annotations.get(key))));
        return edits;
    }
}
