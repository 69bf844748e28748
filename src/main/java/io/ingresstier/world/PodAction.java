package io.ingresstier.world;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A write to one pod of the tier or to one of its anchors, or the deletion of one of its pods. */
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
     * @param unreadySince since when nothing has come to it anyhow, as it is not ready; empty for one that serves
     */
    record DetachPod(PodView pod, Set<String> labelKeys, Instant at, Optional<Instant> unreadySince)
            implements PodAction {

        /** The case of a pod that serves. */
        public DetachPod(PodView pod, Set<String> labelKeys, Instant at) {
            this(pod, labelKeys, at, Optional.empty());
        }

        @Override
        public Edits edits() {
            var labels = new HashMap<String, Optional<String>>();
            labelKeys.forEach(key -> labels.put(key, Optional.empty()));
            return Edits.of(
                    labels,
                    Map.of(
                            Marks.DETACHED_AT,
                            Optional.of(at.toString()),
                            Marks.DETACHED_UNREADY,
                            unreadySince.map(Instant::toString),
                            Marks.ATTACHED_AT,
                            Optional.empty()));
        }

        @Override
        public boolean takesAway() {
            return true;
        }
    }

    /** Lets an eviction take the anchor: nothing is lost any more when its node goes away. */
    record ReleaseAnchor(PodView pod) implements PodAction {

        /** Lower than that of any other anchor, so that a smaller number of replicas takes this one. */
        private static final String FIRST_TO_GO = "-1000";

        @Override
        public Edits edits() {
            return Edits.of(
                    Map.of(Marks.HELD, Optional.empty()), Map.of(Marks.DELETION_COST, Optional.of(FIRST_TO_GO)));
        }

        @Override
        public boolean takesAway() {
            return true;
        }
    }

    /** Makes evictions of the anchor wait again, before its member gets connections again. */
    record HoldAnchor(PodView pod) implements PodAction {
        @Override
        public Edits edits() {
            return Edits.of(Map.of(Marks.HELD, Optional.of("true")), Map.of(Marks.DELETION_COST, Optional.empty()));
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }

    /**
     * Puts a detached pod into its Services again, with the labels that it would have if it were started now.
     *
     * @param labels what the DaemonSet's template gives for the keys of the Services' selectors
     * @param at when, for the balancer is given time to take the member in; empty where the tier goes and nobody waits
     */
    record AttachPod(PodView pod, Map<String, String> labels, Optional<Instant> at) implements PodAction {

        public AttachPod {
            labels = Map.copyOf(labels);
        }

        @Override
        public Edits edits() {
            var changed = new HashMap<String, Optional<String>>();
            labels.forEach((key, value) -> changed.put(key, Optional.of(value)));
            return Edits.of(
                    changed,
                    Map.of(
                            Marks.DETACHED_AT,
                            Optional.empty(),
                            Marks.DETACHED_UNREADY,
                            Optional.empty(),
                            Marks.ATTACHED_AT,
                            at.map(Instant::toString)));
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }

    /**
     * Deletes one pod, bound to its uid and revision, so that the DaemonSet makes another one from the template as it
     * is now. Kubernetes ends the old one as it ends every pod: hook, signal, grace.
     */
    record RestartPod(PodView pod) implements PodAction {

        @Override
        public Edits edits() {
            return Edits.of(Map.of(), Map.of());
        }

        @Override
        public boolean takesAway() {
            return true;
        }
    }
}
