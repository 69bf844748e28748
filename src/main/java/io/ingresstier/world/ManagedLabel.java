package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * When a label was written, as the API server keeps it in {@code metadata.managedFields}: a label that others put on an
 * object carries no time of its own. The time is that of its writer's last change to the object, in whole seconds and
 * rounded up, so never too early.
 */
public final class ManagedLabel {

    private ManagedLabel() {}

    /** When whoever has this label in his care last wrote to the object; empty where nobody has. */
    public static Optional<Instant> writtenAt(ObjectMeta metadata, String label) {
        return OrEmpty.list(metadata.getManagedFields()).stream()
                .filter(entry -> cares(entry, label))
                .flatMap(entry -> OrEmpty.time(entry.getTime()).stream())
                .max(Instant::compareTo)
                .map(at -> at.plusSeconds(1));
    }

    /** Whether a manager has a label in its care. */
    public static boolean cares(ManagedFieldsEntry entry, String label) {
        return Optional.ofNullable(entry.getFieldsV1())
                .map(fields -> below(below(fields.getAdditionalProperties(), "f:metadata"), "f:labels"))
                .filter(labels -> labels.containsKey("f:" + label))
                .isPresent();
    }

    private static Map<?, ?> below(Map<?, ?> fields, String key) {
        return fields.get(key) instanceof Map<?, ?> found ? found : Map.of();
    }
}
