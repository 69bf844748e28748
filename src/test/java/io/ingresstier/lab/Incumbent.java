package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.dsl.ServiceResource;
import io.ingresstier.api.BackendMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a default cluster has before a tier comes: the Deployment {@code nginx-ingress-controller} and the LoadBalancer
 * Service {@code nginx-ingress-lb}, both in {@code kube-system}. Without preStop hook, as clusters have it.
 */
public record Incumbent(KubernetesClient client, BackendMode mode, int replicas, boolean hostPorts) {

    /** The namespace of both. */
    public static final String NAMESPACE = Cloud.INGRESS.namespace();

    /** The Deployment's name. */
    public static final String NAME = "nginx-ingress-controller";

    /** The pods' label, which the Service selects. */
    public static final Map<String, String> LABELS = Map.of("app", "ingress-nginx");

    private static final String ALIBABA = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-";

    /** Without host ports, as clusters have it. */
    public Incumbent(KubernetesClient client, BackendMode mode, int replicas) {
        this(client, mode, replicas, false);
    }

    /** The same, whose pods also take port 80 of their node: at most one of them fits on each. */
    public Incumbent withHostPorts() {
        return new Incumbent(client, mode, replicas, true);
    }

    /** Creates both; they become ready by themselves where there are nodes. */
    public Incumbent create() {
        client.resource(deployment()).create();
        return createService();
    }

    /** Creates the Service alone. */
    Incumbent createService() {
        client.resource(service(mode)).create();
        return this;
    }

    /** This Deployment. */
    Deployment deployment() {
        return hostPorts ? onHostPorts(deployment(replicas)) : deployment(replicas);
    }

    /** The pods that the Service selects. */
    List<Pod> pods() {
        return client.pods().inNamespace(NAMESPACE).withLabels(LABELS).list().getItems();
    }

    /** Waits until every replica is ready and the cloud has published its balancer's address. */
    public Incumbent awaitReady() {
        workload()
                .waitUntilCondition(
                        d -> d != null
                                && d.getStatus() != null
                                && d.getStatus().getReadyReplicas() != null
                                && d.getStatus().getReadyReplicas() >= replicas,
                        2,
                        TimeUnit.MINUTES);
        balancerService()
                .waitUntilCondition(
                        s -> s != null
                                && s.getStatus().getLoadBalancer() != null
                                && !s.getStatus().getLoadBalancer().getIngress().isEmpty(),
                        1,
                        TimeUnit.MINUTES);
        return this;
    }

    /** The Deployment, live. */
    public RollableScalableResource<Deployment> workload() {
        return client.apps().deployments().inNamespace(NAMESPACE).withName(NAME);
    }

    /** The Service, live. */
    public ServiceResource<Service> balancerService() {
        return client.services().inNamespace(NAMESPACE).withName(Cloud.INGRESS.name());
    }

    /** The Deployment as a default cluster has it. */
    public static Deployment deployment(int replicas) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(NAMESPACE)
                .withLabels(LABELS)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .withMatchLabels(LABELS)
                .endSelector()
                .withTemplate(new PodTemplateSpecBuilder()
                        .withNewMetadata()
                        .withLabels(LABELS)
                        .endMetadata()
                        .withNewSpec()
                        .withTerminationGracePeriodSeconds(30L)
                        .withContainers(container(probe(1)))
                        .endSpec()
                        .build())
                .endSpec()
                .build();
    }

    private static Deployment onHostPorts(Deployment deployment) {
        deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getPorts().stream()
                .filter(port -> port.getName().equals("http"))
                .forEach(port -> port.setHostPort(80));
        return deployment;
    }

    /** The controller's container. The lab's image takes a real controller's command line. */
    static Container container(Probe readiness) {
        return new ContainerBuilder()
                .withName(NAME)
                .withImage("lab.local/nginx:1")
                .withImagePullPolicy("IfNotPresent")
                .withCommand("/nginx-ingress-controller")
                .withArgs("--publish-service=$(POD_NAMESPACE)/nginx-ingress-lb")
                .addNewEnv()
                .withName("POD_NAMESPACE")
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("metadata.namespace")
                .endFieldRef()
                .endValueFrom()
                .endEnv()
                .addNewPort()
                .withName("http")
                .withContainerPort(8080)
                .endPort()
                .withReadinessProbe(readiness)
                .withNewResources()
                .addToRequests(Map.of("cpu", new Quantity("10m"), "memory", new Quantity("32Mi")))
                .endResources()
                .build();
    }

    /** The controller's health check, every so many seconds. */
    static Probe probe(int seconds) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath("/healthz")
                .withPort(new IntOrString(10254))
                .endHttpGet()
                .withPeriodSeconds(seconds)
                .withTimeoutSeconds(1)
                .build();
    }

    /** The Service; its health checks are as short as those of the lab's balancer. */
    public static Service service(BackendMode mode) {
        var annotations = new HashMap<>(Map.of(
                ALIBABA + "health-check-interval", "1",
                ALIBABA + "healthy-threshold", "2",
                ALIBABA + "unhealthy-threshold", "3"));
        if (mode == BackendMode.PodDirect) {
            annotations.put("service.beta.kubernetes.io/backend-type", "eni");
        }
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(Cloud.INGRESS.name())
                .withNamespace(NAMESPACE)
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withType("LoadBalancer")
                .withExternalTrafficPolicy(mode == BackendMode.Local ? "Local" : "Cluster")
                .withSelector(LABELS)
                .addNewPort()
                .withName("http")
                .withProtocol("TCP")
                .withPort(80)
                .withTargetPort(new IntOrString(8080))
                .endPort()
                .endSpec()
                .build();
    }
}
