package io.ingresstier.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.NodeLabel;
import io.ingresstier.api.RolloutSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pod templates as they are found, and what they are rendered to for the tier {@code default}. */
final class Templates {

    private Templates() {}

    static PodTemplateSpec ack() {
        return read("ack-nginx-ingress-controller.yaml");
    }

    static PodTemplateSpec plainNginx() {
        return read("plain-nginx.yaml");
    }

    static DaemonSet rendered(PodTemplateSpec inherited) {
        return DaemonSetRendering.render(input(inherited));
    }

    static DaemonSet rendered(PodTemplateSpec inherited, ControllerSpec overlay) {
        return DaemonSetRendering.render(
                input(inherited, overlay, RolloutSpec.defaults(), Map.of(), false, Duration.ofSeconds(30)));
    }

    static DaemonSet renderedPodDirect(PodTemplateSpec inherited, Duration settleBound) {
        return DaemonSetRendering.render(
                input(inherited, ControllerSpec.defaults(), RolloutSpec.defaults(), Map.of(), true, settleBound));
    }

    static DaemonSetRendering.Input input(PodTemplateSpec inherited) {
        return input(
                inherited, ControllerSpec.defaults(), RolloutSpec.defaults(), Map.of(), false, Duration.ofSeconds(30));
    }

    static DaemonSetRendering.Input input(
            PodTemplateSpec inherited,
            ControllerSpec overlay,
            RolloutSpec rollout,
            Map<String, String> incumbentLabels,
            boolean podDirect,
            Duration settleBound) {
        return new DaemonSetRendering.Input(
                "default",
                "3f8a",
                overlay,
                NodeLabel.defaults(),
                rollout,
                inherited,
                incumbentLabels,
                podDirect,
                settleBound);
    }

    static ControllerSpec overlay(
            @Nullable String image,
            @Nullable ResourceRequirements resources,
            List<String> extraArgs,
            List<Toleration> tolerations,
            @Nullable String priorityClassName) {
        var defaults = ControllerSpec.defaults();
        return new ControllerSpec(
                defaults.namespace(),
                defaults.name(),
                null,
                defaults.retire(),
                defaults.profile(),
                image,
                null,
                resources,
                extraArgs,
                tolerations,
                priorityClassName);
    }

    static Container controller(PodTemplateSpec template) {
        return template.getSpec().getContainers().getFirst();
    }

    static Container controller(DaemonSet daemonSet) {
        return controller(daemonSet.getSpec().getTemplate());
    }

    static LifecycleHandler preStop(DaemonSet daemonSet) {
        return controller(daemonSet).getLifecycle().getPreStop();
    }

    private static PodTemplateSpec read(String name) {
        try (var in = Templates.class.getResourceAsStream(name)) {
            return new KubernetesSerialization().unmarshal(in, PodTemplateSpec.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
