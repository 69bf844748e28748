package io.ingresstier.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;

/** Whether the DaemonSet in the cluster is still what was rendered. */
public final class DaemonSetDrift {

    private DaemonSetDrift() {}

    /**
     * Whether applying {@code desired} would change nothing of what it holds. Defaults of the API server and fields of
     * other writers do not count, so an apply always leads to {@code true}. What an earlier rendering held and this one
     * does not (a variable that is gone) shows in the {@link WorkloadMarks#TEMPLATE} annotation only.
     */
    public static boolean asRendered(DaemonSet live, DaemonSet desired) {
        JsonNode found = CanonicalJson.tree(live);
        JsonNode wanted = CanonicalJson.tree(desired);
        return holds(found, wanted, "/metadata/labels")
                && holds(found, wanted, "/metadata/annotations")
                && holds(found, wanted, "/spec");
    }

    /**
     * Whether the DaemonSet has the selector that was rendered. A selector never changes: one made by hand keeps its
     * own, and applying to it would be refused.
     */
    public static boolean selectorAsRendered(DaemonSet live, DaemonSet desired) {
        return holds(
                CanonicalJson.tree(live).at("/spec"),
                CanonicalJson.tree(desired).at("/spec"),
                "/selector");
    }

    private static boolean holds(JsonNode live, JsonNode desired, String pointer) {
        var field = pointer.substring(pointer.lastIndexOf('/') + 1);
        return SubTree.holds(field, live.at(pointer), desired.at(pointer));
    }
}
