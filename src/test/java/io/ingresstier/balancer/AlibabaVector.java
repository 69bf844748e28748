package io.ingresstier.balancer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.ingresstier.api.BackendMode;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.ServiceView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * A line of {@code alibaba.jsonl}: Kubernetes objects, and the backends that the controllers' own code computed from
 * them.
 */
record AlibabaVector(JsonNode line) {

    static final ObjectMapper JSON = new ObjectMapper();

    /** The user's server group that exists in the vectors' cloud; any other does not. */
    private static final String KNOWN_GROUP = "vsp-user";

    String name() {
        return line.path("name").asText();
    }

    JsonNode expected(AlibabaBalancer balancer) {
        return line.path("expected").path(balancer == AlibabaBalancer.CLB ? "clb" : "nlb");
    }

    Backends computed(AlibabaBalancer balancer) {
        return new AlibabaRules(config()).backends(balancer, service(), nodes(), slices());
    }

    private ServiceView service() {
        return ServiceView.of(read(line.path("service"), Service.class));
    }

    private List<NodeView> nodes() {
        return all("nodes", Node.class).stream().map(NodeView::of).toList();
    }

    private List<EndpointSliceView> slices() {
        if (slicesGate()) {
            return all("endpointSlices", EndpointSlice.class).stream()
                    .map(EndpointSliceView::of)
                    .toList();
        }
        if (!line.has("endpoints")) {
            return List.of();
        }
        Endpoints endpoints = read(line.path("endpoints"), Endpoints.class);
        return endpoints.getSubsets().stream()
                .map(subset -> {
                    var slice = new EndpointSliceBuilder()
                            .withAddressType("IPv4")
                            .withNewMetadata()
                            .withNamespace(endpoints.getMetadata().getNamespace())
                            .addToLabels(
                                    "kubernetes.io/service-name",
                                    endpoints.getMetadata().getName())
                            .endMetadata();
                    subset.getPorts()
                            .forEach(p -> slice.addNewPort()
                                    .withName(p.getName())
                                    .withPort(p.getPort())
                                    .endPort());
                    subset.getAddresses()
                            .forEach(a -> slice.addNewEndpoint()
                                    .withAddresses(a.getIp())
                                    .withNodeName(a.getNodeName())
                                    .withTargetRef(a.getTargetRef())
                                    .withNewConditions()
                                    .withReady(true)
                                    .endConditions()
                                    .endEndpoint());
                    subset.getNotReadyAddresses()
                            .forEach(a -> slice.addNewEndpoint()
                                    .withAddresses(a.getIp())
                                    .withNodeName(a.getNodeName())
                                    .withTargetRef(a.getTargetRef())
                                    .withNewConditions()
                                    .withReady(false)
                                    .endConditions()
                                    .endEndpoint());
                    return EndpointSliceView.of(slice.build());
                })
                .toList();
    }

    private boolean slicesGate() {
        return line.path("config").path("endpointSliceGate").asBoolean(true);
    }

    private AlibabaConfig config() {
        JsonNode config = line.path("config");
        String forced = config.path("forceBackendEni").asText("");
        boolean podDirect = forced.isEmpty()
                ? "eni".equals(config.path("serviceBackendType").asText())
                : "true".equals(forced);
        return new AlibabaConfig(
                podDirect,
                config.path("lbTypeAnnotationGate").asBoolean(false),
                slicesGate(),
                withoutInterface(),
                awaitingBalancer(),
                unknownGroups());
    }

    /** In the vectors' cloud an address has an interface iff it lies in 10.96.0.0/16 and is not listed as missing. */
    private Set<String> withoutInterface() {
        var without = new HashSet<String>();
        line.path("config").path("eniMissing").forEach(a -> without.add(a.asText()));
        for (EndpointSliceView slice : slices()) {
            slice.endpoints().stream()
                    .map(e -> e.address())
                    .filter(a -> !a.startsWith("10.96."))
                    .forEach(without::add);
        }
        return without;
    }

    private Set<ObjectKey> awaitingBalancer() {
        String gate = "service.readiness.alibabacloud.com/" + service().key().name();
        var awaiting = new HashSet<ObjectKey>();
        for (Pod pod : all("pods", Pod.class)) {
            boolean gated = pod.getSpec() != null
                    && pod.getSpec().getReadinessGates().stream().anyMatch(g -> gate.equals(g.getConditionType()));
            boolean ready = pod.getStatus() != null
                    && pod.getStatus().getConditions().stream()
                            .anyMatch(c -> "ContainersReady".equals(c.getType()) && "True".equals(c.getStatus()));
            if (gated && ready) {
                awaiting.add(ObjectKey.of(pod));
            }
        }
        return awaiting;
    }

    private Set<String> unknownGroups() {
        var unknown = new HashSet<String>();
        for (String pair :
                AlibabaRules.annotation(service(), "vgroup-port").orElse("").split(",")) {
            unknown.add(pair.split(":", -1)[0]);
        }
        unknown.remove(KNOWN_GROUP);
        return unknown;
    }

    private <T> List<T> all(String field, Class<T> type) {
        return StreamSupport.stream(line.path(field).spliterator(), false)
                .map(object -> read(object, type))
                .toList();
    }

    private static <T> T read(JsonNode object, Class<T> type) {
        return JSON.convertValue(object, type);
    }

    /** In what the computed backends differ from the expected ones; empty if in nothing. */
    static List<String> differences(JsonNode expected, Backends actual) {
        var differences = new ArrayList<String>();
        compare("managed", expected.path("managed").asBoolean(), actual.managed(), differences);
        if (expected.has("mode")) {
            compare("mode", expected.path("mode").asText(), mode(actual.mode()), differences);
        }
        compare(
                "error",
                expected.path("error").path("kind").asText(""),
                actual.error().map(BackendError::kind).orElse(""),
                differences);
        var expectedErrors = new TreeSet<String>();
        expected.path("portErrors")
                .properties()
                .forEach(e -> expectedErrors.add(
                        e.getKey() + " " + e.getValue().path("kind").asText()));
        var errors = new TreeSet<String>();
        actual.errors().forEach((port, error) -> errors.add(port.number() + " " + error.kind()));
        compare("port errors", expectedErrors, errors, differences);
        if (expected.has("groups")) {
            var ports = new TreeSet<String>();
            expected.path("groups").fieldNames().forEachRemaining(ports::add);
            compare(
                    "ports",
                    ports,
                    new TreeSet<>(actual.byPort().keySet().stream()
                            .map(port -> Integer.toString(port.number()))
                            .toList()),
                    differences);
            actual.byPort()
                    .forEach((port, targets) -> compare(
                            "port " + port,
                            sorted(expected.path("groups").path(Integer.toString(port.number()))),
                            sorted(targets),
                            differences));
            var union = new ArrayList<String>();
            actual.byPort().values().forEach(targets -> union.addAll(sorted(targets)));
            compare("backends", new TreeSet<>(sorted(expected.path("backends"))), new TreeSet<>(union), differences);
        } else if (actual.byPort().isEmpty()) {
            compare("backends", sorted(expected.path("backends")), List.of(), differences);
        } else {
            actual.byPort()
                    .forEach((port, targets) ->
                            compare("port " + port, sorted(expected.path("backends")), sorted(targets), differences));
        }
        return differences;
    }

    private static String mode(BackendMode mode) {
        return switch (mode) {
            case Cluster -> "Cluster";
            case Local -> "Local";
            case PodDirect -> "ENI";
        };
    }

    private static List<String> sorted(JsonNode backends) {
        return StreamSupport.stream(backends.spliterator(), false)
                .map(b -> text(
                        b.path("node").asText(),
                        b.path("ip").asText(""),
                        b.path("weight").asInt()))
                .sorted()
                .toList();
    }

    private static List<String> sorted(List<Backend> backends) {
        return backends.stream()
                .map(b -> text(b.node(), b.address(), b.weight()))
                .sorted()
                .toList();
    }

    private static String text(String node, String address, int weight) {
        return node + "/" + address + " weighs " + weight;
    }

    private static void compare(String what, Object expected, Object actual, List<String> differences) {
        if (!expected.equals(actual)) {
            differences.add(what + ": expected " + expected + ", but got " + actual);
        }
    }
}
