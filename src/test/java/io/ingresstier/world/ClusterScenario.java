package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.HTTPGetActionBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.DrainGuard;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.IngressTierSpec;
import io.ingresstier.api.LoadBalancerSpec;
import io.ingresstier.api.ServiceRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A cluster in Alibaba's cloud with an ingress controller in its default shape, to be talked about in tests: nodes
 * {@code n1}, {@code n2}, … in zones {@code a}, {@code b}, …, a Deployment whose pods run on the first of them, and the
 * Service {@code kube-system/nginx-ingress-lb}. Health checks are such that the settle bound is 3 s, as in the lab.
 */
public final class ClusterScenario {

    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    public static final String ROLE = "node-role.kubernetes.io/ingress";
    public static final String ZONE = "topology.kubernetes.io/zone";
    public static final String ALIBABA = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-";
    public static final String LEGACY = "service.beta.kubernetes.io/alicloud-loadbalancer-";
    public static final String NAMESPACE = "kube-system";
    public static final ObjectKey SERVICE = new ObjectKey(NAMESPACE, "nginx-ingress-lb");
    public static final ObjectKey CONTROLLER = new ObjectKey(NAMESPACE, "nginx-ingress-controller");

    /** How a balancer sends to pods. */
    public enum Traffic {
        LOCAL,
        CLUSTER,
        POD_DIRECT
    }

    private final Map<String, NodeView> nodes = new TreeMap<>();
    private final Map<ObjectKey, ServiceView> services = new TreeMap<>();
    private final List<ServiceRef> listed = new ArrayList<>();
    private final List<PodView> others = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private final List<ScalerView> scalers = new ArrayList<>();
    private UnaryOperator<IngressTierSpec> spec = s -> s;
    private int incumbents = 2;
    private boolean hostPorts;
    private boolean bootstrap;
    private int revision = 1;

    private ClusterScenario() {}

    /** Six nodes in three zones, two incumbents, three members wanted, no Service yet. */
    public static ClusterScenario cluster() {
        return new ClusterScenario().nodes(6, 3);
    }

    public ClusterScenario nodes(int count, int zones) {
        nodes.clear();
        for (int i = 1; i <= count; i++) {
            String name = "n" + i;
            nodes.put(
                    name,
                    new NodeView(
                            name,
                            "uid-" + name,
                            Integer.toString(revision++),
                            Map.of("kubernetes.io/os", "linux", ZONE, String.valueOf((char) ('a' + (i - 1) % zones))),
                            Map.of(),
                            "cn-hangzhou.i-" + name,
                            false,
                            List.of(),
                            Readiness.READY,
                            Optional.of(START.minusSeconds(3600)),
                            false,
                            "10.0.0." + i,
                            Optional.empty()));
        }
        return this;
    }

    public ClusterScenario incumbents(int count) {
        incumbents = count;
        return this;
    }

    /** No Deployment to replace, and a spec that says what shall run instead. */
    public ClusterScenario bootstrap() {
        incumbents = 0;
        bootstrap = true;
        return spec(s -> s.withController(c -> new ControllerSpec(
                c.namespace(),
                c.name(),
                null,
                c.retire(),
                c.profile(),
                "registry.example/ingress-nginx:1",
                "ingress-nginx",
                null,
                null,
                null,
                null)));
    }

    /** The controller's pods take port 80 of their node. */
    public ClusterScenario hostPorts() {
        hostPorts = true;
        return this;
    }

    /** A node that carried the role label before the tier came. */
    public ClusterScenario found(String... names) {
        for (String name : names) {
            label(name, ROLE, "true");
        }
        return this;
    }

    public ClusterScenario label(String name, String key, String value) {
        return node(name, n -> n.with(Edits.of(Map.of(key, Optional.of(value)), Map.of())));
    }

    public ClusterScenario node(String name, UnaryOperator<NodeView> change) {
        nodes.computeIfPresent(name, (key, node) -> change.apply(node));
        return this;
    }

    /** The Service that the tier lists by default. */
    public ClusterScenario service(Traffic traffic) {
        return service(SERVICE.name(), traffic);
    }

    /** One more Service that selects the controller's pods, listed by the tier. */
    public ClusterScenario service(String name, Traffic traffic) {
        listed.add(new ServiceRef(NAMESPACE, name));
        return unlistedService(name, traffic);
    }

    /** The same, but the tier does not list it. */
    public ClusterScenario unlistedService(String name, Traffic traffic) {
        return add(balancer(name, traffic, Map.of("app", "ingress-nginx")));
    }

    /** A Service of somebody else with a pod on each of these nodes. */
    public ClusterScenario stranger(String name, String... onNodes) {
        add(balancer(name, Traffic.LOCAL, Map.of("app", name)));
        for (String node : onNodes) {
            others.add(pod(name + "-" + node, Map.of("app", name), node, "Deployment/" + name, others.size() + 100));
        }
        return this;
    }

    public ClusterScenario add(ServiceView service) {
        services.put(service.key(), service);
        return this;
    }

    public ClusterScenario change(ObjectKey key, UnaryOperator<ServiceView> change) {
        services.computeIfPresent(key, (k, service) -> change.apply(service));
        return this;
    }

    /** An annotation that a Service has before the tier comes. */
    public ClusterScenario annotation(ObjectKey key, String name, String value) {
        return change(key, s -> s.with(Edits.annotations(Map.of(name, Optional.of(value)))));
    }

    /** What sizes the incumbent by itself. */
    public ClusterScenario scaler(ScalerView scaler) {
        scalers.add(scaler);
        return this;
    }

    public ClusterScenario claim(Claim claim) {
        claims.add(claim);
        return this;
    }

    /** A change of the tier's spec. */
    public ClusterScenario spec(UnaryOperator<IngressTierSpec> change) {
        var before = spec;
        spec = s -> change.apply(before.apply(s));
        return this;
    }

    /** With the drain guard, which a spec has by default: elsewhere the lists of writes speak of traffic alone. */
    public ClusterScenario guarded() {
        return spec(s -> s.withNodes(n -> n.withDrainGuard(DrainGuard.Enabled)));
    }

    public ClusterScenario replicas(int count) {
        return spec(s -> s.withNodes(n -> n.withReplicas(count)));
    }

    /** The cluster at the moment when the tier was created. */
    public World world() {
        var pods = new ArrayList<>(others);
        for (int i = 0; i < incumbents; i++) {
            pods.add(pod(
                    "old-" + (i + 1),
                    Map.of("app", "ingress-nginx"),
                    "n" + (i % nodes.size() + 1),
                    "ReplicaSet/old",
                    i));
        }
        return new World(
                START,
                "leader-1",
                tier(),
                Set.of(),
                new TreeMap<>(nodes),
                new TreeMap<>(services),
                slices(services.values(), pods),
                pods,
                Optional.empty(),
                Anchorage.NONE,
                bootstrap ? Optional.empty() : Optional.of(deployment(incumbents, hostPorts)),
                Optional.empty(),
                claims,
                scalers,
                List.of(),
                Answers.NONE,
                false);
    }

    /** The Deployment that a tier replaces. */
    public static IncumbentView deployment(int replicas, boolean hostPorts) {
        return new IncumbentView(
                CONTROLLER,
                "uid-old",
                "7",
                replicas,
                replicas,
                Map.of("app", "ingress-nginx"),
                template(hostPorts),
                false);
    }

    /** The same Deployment after somebody has changed its image. */
    public static IncumbentView withImage(IncumbentView incumbent, String image, String resourceVersion) {
        return new IncumbentView(
                incumbent.key(),
                incumbent.uid(),
                resourceVersion,
                incumbent.replicas(),
                incumbent.readyReplicas(),
                incumbent.selector(),
                new PodTemplateSpecBuilder(incumbent.template())
                        .editSpec()
                        .editFirstContainer()
                        .withImage(image)
                        .endContainer()
                        .endSpec()
                        .build(),
                incumbent.terminating());
    }

    private IngressTier tier() {
        var tier = new IngressTier();
        tier.setMetadata(new ObjectMetaBuilder()
                .withName("default")
                .withUid("uid-tier")
                .withResourceVersion("1")
                .withGeneration(1L)
                .withCreationTimestamp(START.toString())
                .build());
        var waits = IngressTierSpec.defaults()
                .withNodes(n -> n.withReplicas(3).withDrainGuard(DrainGuard.Disabled))
                .withLoadBalancer(l -> listed.isEmpty() ? LoadBalancerSpec.defaults() : l.withServiceRefs(listed))
                .withRollout(r -> r.withSoakSeconds(20)
                        .withDrainSeconds(10)
                        .withMinReadySeconds(2)
                        .withProgressDeadlineSeconds(60));
        tier.setSpec(spec.apply(waits));
        return tier;
    }

    private ServiceView balancer(String name, Traffic traffic, Map<String, String> selector) {
        var annotations = new HashMap<>(Map.of(
                ALIBABA + "health-check-interval", "1",
                ALIBABA + "healthy-threshold", "2"));
        if (traffic == Traffic.POD_DIRECT) {
            annotations.put("service.beta.kubernetes.io/backend-type", "eni");
        }
        return new ServiceView(
                new ObjectKey(NAMESPACE, name),
                "uid-" + name,
                Integer.toString(revision++),
                Map.of("service.beta.kubernetes.io/hash", "at-first"),
                annotations,
                selector,
                "LoadBalancer",
                traffic == Traffic.LOCAL,
                "",
                List.of(
                        new ServicePortView("http", 80, 30080, "TCP", "80"),
                        new ServicePortView("https", 443, 30443, "TCP", "443")),
                List.of("47.0.0.1"),
                false);
    }

    /** A pod that has been ready for an hour. */
    public static PodView pod(String name, Map<String, String> labels, String node, String owner, int number) {
        return new PodView(
                new ObjectKey(NAMESPACE, name),
                "uid-" + name,
                "1",
                labels,
                Map.of(),
                node,
                "10.1.%d.%d".formatted(number / 250, number % 250 + 1),
                true,
                Optional.of(START.minusSeconds(3600)),
                owner,
                false);
    }

    /** The slices that Kubernetes makes of these pods. */
    public static List<EndpointSliceView> slices(Iterable<ServiceView> services, Iterable<PodView> pods) {
        var slices = new ArrayList<EndpointSliceView>();
        for (ServiceView service : services) {
            var endpoints = new ArrayList<EndpointView>();
            for (PodView pod : pods) {
                if (pod.matches(service.selector())
                        && pod.key().namespace().equals(service.key().namespace())
                        && !pod.nodeName().isEmpty()) {
                    endpoints.add(new EndpointView(
                            pod.address(),
                            Optional.of(pod.nodeName()),
                            Optional.of(pod.key()),
                            Optional.of(pod.serving()),
                            Optional.of(pod.ready()),
                            Optional.of(pod.terminating())));
                }
            }
            slices.add(new EndpointSliceView(service.key(), "IPv4", Map.of("http", 80, "https", 443), endpoints));
        }
        return slices;
    }

    private static PodTemplateSpec template(boolean hostPorts) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("app", "ingress-nginx")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("controller")
                .withImage("registry.example/ingress-nginx:1")
                .withArgs("/nginx-ingress-controller")
                .withPorts(new ContainerPortBuilder()
                        .withName("http")
                        .withContainerPort(80)
                        .withHostPort(hostPorts ? 80 : null)
                        .build())
                .withNewReadinessProbe()
                .withHttpGet(new HTTPGetActionBuilder()
                        .withPath("/healthz")
                        .withPort(new IntOrString(10254))
                        .build())
                .endReadinessProbe()
                .withNewResources()
                .addToRequests(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("90Mi")))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }
}
