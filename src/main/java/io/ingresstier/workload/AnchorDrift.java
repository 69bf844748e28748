package io.ingresstier.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;

/** Whether an object of the drain guard is still what was rendered. */
public final class AnchorDrift {

    private AnchorDrift() {}

    /** Whether applying {@code desired} would change nothing of what it holds, as in {@link DaemonSetDrift}. */
    public static boolean asRendered(HasMetadata live, HasMetadata desired) {
        JsonNode found = CanonicalJson.tree(live);
        JsonNode wanted = CanonicalJson.tree(desired);
        return holds("labels", found.path("metadata"), wanted.path("metadata"))
                && holds("annotations", found.path("metadata"), wanted.path("metadata"))
                && holds("spec", found, wanted);
    }

    private static boolean holds(String field, JsonNode live, JsonNode desired) {
        return SubTree.holds(field, live.path(field), desired.path(field));
    }
}
