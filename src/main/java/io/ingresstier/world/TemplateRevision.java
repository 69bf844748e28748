package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;
import java.util.Optional;

/**
 * Which rendering of the template a pod of the tier was made from: the label that the template gives it. The
 * DaemonSet's controller has a hash of its own on each pod, but the DaemonSet does not say which one is the current.
 */
public final class TemplateRevision {

    private TemplateRevision() {}

    /** What pods that are made now carry; empty where the DaemonSet is not the tier's, or does not say. */
    public static Optional<String> wanted(World world) {
        return world.workload()
                .flatMap(w -> Optional.ofNullable(w.getSpec().getTemplate().getMetadata()))
                .map(ObjectMeta::getLabels)
                .map(labels -> OrEmpty.map(labels))
                .filter(labels -> world.name().equals(labels.get(Marks.TIER)))
                .flatMap(TemplateRevision::in);
    }

    /** Whether the template has changed since the pod was made. */
    public static boolean outdated(World world, PodView pod) {
        return wanted(world)
                .filter(wanted -> !in(pod.labels()).equals(Optional.of(wanted)))
                .isPresent();
    }

    private static Optional<String> in(Map<String, String> labels) {
        return Optional.ofNullable(labels.get(Marks.TEMPLATE));
    }
}
