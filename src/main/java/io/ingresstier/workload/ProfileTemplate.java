package io.ingresstier.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.world.ObjectKey;
import java.util.Map;
import java.util.Optional;

/** The pod template of a controller where there is no Deployment to inherit one from. */
public final class ProfileTemplate {

    /** The user of the official image (its {@code Dockerfile} and manifests): {@code www-data}. */
    private static final long USER = 101;

    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int HEALTH = 10254;

    private ProfileTemplate() {}

    /**
     * The template; empty where the spec does not say which image runs as which service account.
     *
     * @param publishService the Service whose addresses the controller writes into the status of Ingresses
     * @param labels of the pods: those that the Services select
     */
    public static Optional<PodTemplateSpec> of(
            ControllerSpec controller, ObjectKey publishService, Map<String, String> labels) {
        return controller.image() == null || controller.serviceAccountName() == null
                ? Optional.empty()
                : Optional.of(
                        switch (controller.profile()) {
                            case IngressNginx -> ingressNginx(controller, publishService, labels);
                        });
    }

    /** As in the manifests of ingress-nginx ({@code deploy/static/provider/cloud}), without its admission webhook. */
    private static PodTemplateSpec ingressNginx(
            ControllerSpec controller, ObjectKey publishService, Map<String, String> labels) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(controller.serviceAccountName())
                .addToNodeSelector("kubernetes.io/os", "linux")
                .withContainers(ingressNginxContainer(controller, publishService))
                .endSpec()
                .build();
    }

    /**
     * The executable is an argument: the image's entrypoint hands over the capability to bind low ports. A preStop hook
     * comes with the rendering.
     */
    private static Container ingressNginxContainer(ControllerSpec controller, ObjectKey publishService) {
        int health = port(controller, "--healthz-port", HEALTH);
        return new ContainerBuilder()
                .withName("controller")
                .withImage(controller.image())
                .withArgs(
                        "/nginx-ingress-controller",
                        "--publish-service=" + publishService,
                        // The name that the rights in the project's own manifests speak of.
                        "--election-id=ingress-nginx-leader",
                        "--controller-class=k8s.io/ingress-nginx",
                        "--ingress-class=nginx")
                .withEnv(fieldRef("POD_NAME", "metadata.name"), fieldRef("POD_NAMESPACE", "metadata.namespace"))
                .addNewPort()
                .withName("http")
                .withContainerPort(port(controller, "--http-port", HTTP))
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("https")
                .withContainerPort(port(controller, "--https-port", HTTPS))
                .withProtocol("TCP")
                .endPort()
                .withReadinessProbe(healthz(health, 3))
                .withLivenessProbe(healthz(health, 5))
                .withNewResources()
                .addToRequests(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("90Mi")))
                .endResources()
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withNewCapabilities()
                .withDrop("ALL")
                .withAdd("NET_BIND_SERVICE")
                .endCapabilities()
                .endSecurityContext()
                .build();
    }

    /** What an extra argument says, where it says a number. */
    private static int port(ControllerSpec controller, String flag, int otherwise) {
        return Arguments.value(controller.extraArgs(), flag)
                .filter(text -> text.matches("\\d{1,5}"))
                .map(Integer::valueOf)
                .orElse(otherwise);
    }

    private static EnvVar fieldRef(String name, String path) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath(path)
                .endFieldRef()
                .endValueFrom()
                .build();
    }

    private static Probe healthz(int port, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath("/healthz")
                .withPort(new IntOrString(port))
                .withScheme("HTTP")
                .endHttpGet()
                .withInitialDelaySeconds(10)
                .withPeriodSeconds(10)
                .withFailureThreshold(failures)
                .build();
    }
}
