package io.ingresstier.guard;

import io.ingresstier.world.PodView;
import io.ingresstier.world.World;

/** How much must keep serving. */
public final class Floor {

    private Floor() {}

    /** {@code nodes.minAvailable} as it counts: replicas − 1 by default, at least 1, at most replicas. */
    public static int minAvailable(World world) {
        return world.tier().getSpec().nodes().floor();
    }

    /**
     * Targets and pods that a write must leave. While what was found is being put back it is no more than the ready
     * incumbents can give by themselves: they may be fewer than the members. It is at least 1, unless nothing served
     * before the tier that is being deleted: then its last member leaves too.
     */
    public static int of(World world) {
        if (!world.goesBack()) {
            return minAvailable(world);
        }
        int incumbents = (int) world.incumbentPods().stream()
                .filter(PodView::serving)
                .map(PodView::nodeName)
                .distinct()
                .count();
        return Math.max(world.deleted() && !servedBefore(world) ? 0 : 1, Math.min(minAvailable(world), incumbents));
    }

    /**
     * Whether the record says that pods of an incumbent ran when the tier came; one that is lost or foreign may have.
     */
    private static boolean servedBefore(World world) {
        return world.originals()
                .filter(o -> o.tierUid().equals(world.uid()))
                .filter(o -> o.incumbentReplicas().orElse(0) == 0)
                .isEmpty();
    }
}
