package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.workload.DaemonSetRendering;
import io.ingresstier.world.World;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The DaemonSet that a tier should have: rendered from the incumbent's template for as long as the incumbent exists, at
 * zero replicas too, for there its owner updates image and arguments. Where there never was one, from the profile.
 * Where somebody deleted it, what runs is kept.
 */
final class DesiredWorkload {

    private DesiredWorkload() {}

    static Optional<DaemonSet> of(World world, TrafficView traffic) {
        var bootstrap = new Bootstrap(world);
        return bootstrap
                .replaced()
                .map(incumbent -> render(world, traffic, incumbent.template(), labels(incumbent.template())))
                .or(() -> bootstrap.underWay()
                        ? profile(world, traffic, bootstrap).or(world::workload)
                        : world.workload().or(() -> profile(world, traffic, bootstrap)));
    }

    /** Whether the rendering for an earlier picture holds for this one: the very same objects went into it. */
    static boolean same(Situation earlier, World world, TrafficView traffic) {
        return earlier.world().tier().getSpec() == world.tier().getSpec()
                && earlier.traffic().podDirect() == traffic.podDirect()
                && earlier.traffic().settleBound().equals(traffic.settleBound())
                && earlier.world()
                        .incumbent()
                        .filter(before -> world.incumbent()
                                .filter(now -> now.template() == before.template())
                                .isPresent())
                        .isPresent();
    }

    private static Optional<DaemonSet> profile(World world, TrafficView traffic, Bootstrap bootstrap) {
        return bootstrap.template().map(template -> render(world, traffic, template, Map.of()));
    }

    private static Map<String, String> labels(PodTemplateSpec template) {
        return Optional.ofNullable(template.getMetadata())
                .map(ObjectMeta::getLabels)
                .map(l -> Objects.requireNonNullElse(l, Map.<String, String>of()))
                .orElse(Map.of());
    }

    private static DaemonSet render(
            World world, TrafficView traffic, PodTemplateSpec template, Map<String, String> incumbentLabels) {
        var spec = world.tier().getSpec();
        return DaemonSetRendering.render(new DaemonSetRendering.Input(
                world.name(),
                world.uid(),
                spec.controller(),
                spec.nodes().label(),
                spec.rollout(),
                template,
                incumbentLabels,
                traffic.podDirect(),
                traffic.settleBound()));
    }
}
