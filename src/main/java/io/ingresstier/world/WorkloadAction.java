package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.Objects;

/** A write to the tier's DaemonSet. */
public sealed interface WorkloadAction extends Action {

    @Override
    default String kind() {
        return "DaemonSet";
    }

    /**
     * Server-side apply of the whole DaemonSet under the operator's field manager.
     *
     * @param desired as rendered
     */
    record ApplyWorkload(DaemonSet desired) implements WorkloadAction {
        @Override
        public String object() {
            return ObjectKey.of(desired).toString();
        }

        @Override
        public String resourceVersion() {
            return "";
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }

    /** Deletes the DaemonSet, and with it its pods. */
    record DeleteWorkload(DaemonSet current) implements WorkloadAction {
        @Override
        public String object() {
            return ObjectKey.of(current).toString();
        }

        @Override
        public String resourceVersion() {
            return Objects.requireNonNullElse(current.getMetadata().getResourceVersion(), "");
        }

        @Override
        public boolean takesAway() {
            return true;
        }
    }
}
