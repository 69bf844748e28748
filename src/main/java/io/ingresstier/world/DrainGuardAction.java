package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A write to the objects of the drain guard. None takes anything from traffic, for an anchor serves nobody; and none is
 * what another write rests on.
 */
public sealed interface DrainGuardAction extends Action {

    /** The object that is written, as it is to be or as it was when its end was decided. */
    HasMetadata target();

    @Override
    default String kind() {
        return target().getKind();
    }

    @Override
    default String object() {
        return ObjectKey.of(target()).toString();
    }

    @Override
    default String resourceVersion() {
        return Objects.requireNonNullElse(target().getMetadata().getResourceVersion(), "");
    }

    @Override
    default boolean takesAway() {
        return false;
    }

    /** Server-side apply of the budget. */
    record ApplyBudget(PodDisruptionBudget target) implements DrainGuardAction {}

    /**
     * Server-side apply of the anchors' Deployment.
     *
     * @param nodes the members that are to have one
     * @param hosts the members that have one
     */
    record ApplyAnchors(Deployment target, SortedSet<String> nodes, SortedSet<String> hosts)
            implements DrainGuardAction {
        public ApplyAnchors {
            nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
            hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
        }
    }

    /** Deletes the anchors. */
    record DeleteAnchors(Deployment target) implements DrainGuardAction {}

    /** Deletes the budget. */
    record DeleteBudget(PodDisruptionBudget target) implements DrainGuardAction {}
}
