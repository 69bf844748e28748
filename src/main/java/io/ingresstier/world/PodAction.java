package io.ingresstier.world;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A write to one pod of the tier. */
public sealed interface PodAction extends Action {

    /** The pod as it was when this was decided. */
    PodView pod();

    /** What is changed. */
    Edits edits();

    @Override
    default String kind() {
        return "Pod";
    }

    @Override
    default String object() {
        return pod().key().toString();
    }

    @Override
    default String resourceVersion() {
        return pod().resourceVersion();
    }

    /**
     * Takes one pod out of its Services by removing the labels that they select by. It keeps running and serves what it
     * has: the DaemonSet selects by the tier's own label, so it does not replace the pod.
     *
     * @param labelKeys keys of the Services' selectors, without the tier's own
     */
    record DetachPod(PodView pod, Set<String> labelKeys, Instant at) implements PodAction {
        @Override
        public Edits edits() {
            var labels = new HashMap<String, Optional<String>>();
            labelKeys.forEach(key -> labels.put(key, Optional.empty()));
            return Edits.of(labels, Map.of(Marks.DETACHED_AT, Optional.of(at.toString())));
        }

        @Override
        public boolean takesAway() {
            return true;
        }
    }
}
