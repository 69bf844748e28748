package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Optional;

/**
 * What makes a drain wait for a member to leave the balancer: a small pod on each member, which an eviction must take
 * because no DaemonSet owns it, and a budget that lets no eviction take one that is held.
 *
 * @param anchors the Deployment of the name, whoever made it
 * @param budget the PodDisruptionBudget of the name, whoever made it
 */
public record Anchorage(Optional<Deployment> anchors, Optional<PodDisruptionBudget> budget) {

    /** Nothing is there. */
    public static final Anchorage NONE = new Anchorage(Optional.empty(), Optional.empty());

    /** Name of both objects of a tier. */
    public static String name(String tier) {
        return "ingresstier-" + tier + "-anchors";
    }

    /** The same with another Deployment or none. */
    public Anchorage withAnchors(Optional<Deployment> changed) {
        return new Anchorage(changed, budget);
    }

    /** The same with another budget or none. */
    public Anchorage withBudget(Optional<PodDisruptionBudget> changed) {
        return new Anchorage(anchors, changed);
    }
}
