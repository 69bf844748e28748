package io.ingresstier.world;

import java.time.Instant;
import java.util.Optional;

/**
 * A taint of a node; {@code value} is empty where the taint has none.
 *
 * @param added {@code timeAdded}, where the taint says it
 */
public record NodeTaint(String key, String value, String effect, Optional<Instant> added) {

    /** What the node lifecycle controller puts on a cordoned node. */
    static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    /** The taint that keeps everything else off a member of an exclusive tier. */
    public static NodeTaint exclusive(String labelKey, String labelValue) {
        return new NodeTaint(labelKey, labelValue, "NoSchedule");
    }

    /** Whether it keeps pods that do not tolerate it from being scheduled. */
    public boolean keepsOff() {
        return !effect.equals("PreferNoSchedule");
    }

    /** The taint as {@code kubectl} writes it. */
    public String text() {
        return "%s=%s:%s".formatted(key, value, effect);
    }

    /** A taint that does not say when it was added. */
    public NodeTaint(String key, String value, String effect) {
        this(key, value, effect, Optional.empty());
    }
}
