package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Namespace and name of a namespaced object; prints as {@code namespace/name}. */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

    private static final Comparator<ObjectKey> ORDER =
            Comparator.comparing(ObjectKey::namespace).thenComparing(ObjectKey::name);

    /** The key of an object read from the API server. */
    public static ObjectKey of(HasMetadata object) {
        return of(object.getMetadata());
    }

    static ObjectKey of(@Nullable ObjectMeta metadata) {
        return metadata == null
                ? new ObjectKey("", "")
                : new ObjectKey(OrEmpty.text(metadata.getNamespace()), OrEmpty.text(metadata.getName()));
    }

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
