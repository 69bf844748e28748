package io.ingresstier.balancer;

import static io.ingresstier.balancer.Scene.node;
import static io.ingresstier.balancer.Scene.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpecBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.ingresstier.api.BackendMode;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PortId;
import io.ingresstier.world.ServiceView;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ports of odd Services: each has its own backends, and what is behind one says nothing of another. */
class ServicePortsTest {

    private static final PortId HTTPS = new PortId(443, "TCP");
    private static final PortId HTTP3 = new PortId(443, "UDP");

    private final List<NodeView> nodes = List.of(node("a"), node("b"));

    static Stream<BackendRules> rules() {
        return Stream.of(new AlibabaRules(AlibabaConfig.defaults()), new GenericRules());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void oneNumberForTcpAndUdpIsTwoPorts(BackendRules rules) {
        Backends backends = rules.backends(
                http3(), nodes, List.of(slice("https", 8443, "IPv4", "a", "b"), slice("http3", 8444, "IPv4", "b")));

        assertThat(names(backends, HTTPS)).containsExactly("a", "b");
        assertThat(names(backends, HTTP3)).containsExactly("b");
        assertThat(backends.everywhere()).containsExactly("b");
        assertThat(backends.explain(nodes.getFirst())).contains("not a backend behind port 443/UDP");
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aNamedPortThatPodsResolveToOtherNumbersHasThemAll(BackendRules rules) {
        Backends backends = rules.backends(
                http3(),
                nodes,
                List.of(
                        slice("https", 8443, "IPv4", "a"),
                        slice("https", 9443, "IPv4", "b"),
                        slice("http3", 8444, "IPv4", "a", "b")));

        assertThat(names(backends, HTTPS)).containsExactly("a", "b");
        assertThat(backends.everywhere()).containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theSecondFamilyOfADualStackServiceCountsNothingTwice(BackendRules rules) {
        Backends backends = rules.backends(
                http3(),
                nodes,
                List.of(
                        slice("https", 8443, "IPv4", "a", "b"),
                        slice("https", 8443, "IPv6", "a", "b"),
                        slice("http3", 8444, "IPv4", "a", "b"),
                        slice("http3", 8444, "IPv6", "a", "b")));

        assertThat(backends.byPort().get(HTTPS))
                .containsExactlyInAnyOrder(new Backend("a", "", 1), new Backend("b", "", 1));
    }

    @Test
    void inPodDirectModeEachPodIsATargetWhateverItsNumber() {
        Backends backends = new AlibabaRules(AlibabaConfig.defaults())
                .backends(
                        service(
                                Map.of("service.beta.kubernetes.io/backend-type", "eni"),
                                s -> s.editSpec().withPorts(http3Ports()).endSpec()),
                        nodes,
                        List.of(
                                slice("https", 8443, "IPv4", "a"),
                                slice("https", 9443, "IPv4", "b"),
                                slice("http3", 8444, "IPv4", "a", "b")));

        assertThat(backends.mode()).isEqualTo(BackendMode.PodDirect);
        assertThat(backends.everywhere()).containsExactlyInAnyOrder("10.0.0.a", "10.0.0.b");
    }

    private static List<String> names(Backends backends, PortId port) {
        return backends.byPort().get(port).stream().map(Backend::node).sorted().toList();
    }

    private static ServiceView http3() {
        return service(
                Map.of(),
                s -> s.editSpec()
                        .withExternalTrafficPolicy("Local")
                        .withPorts(http3Ports())
                        .endSpec());
    }

    private static List<ServicePort> http3Ports() {
        return new ServiceSpecBuilder()
                .addNewPort()
                .withName("https")
                .withPort(443)
                .withProtocol("TCP")
                .withNewTargetPort("https")
                .endPort()
                .addNewPort()
                .withName("http3")
                .withPort(443)
                .withProtocol("UDP")
                .withNewTargetPort("http3")
                .endPort()
                .buildPorts();
    }

    private static EndpointSliceView slice(String port, int number, String family, String... nodes) {
        var slice = new EndpointSliceBuilder()
                .withAddressType(family)
                .withNewMetadata()
                .withNamespace("web")
                .addToLabels("kubernetes.io/service-name", "lb")
                .endMetadata()
                .addNewPort()
                .withName(port)
                .withPort(number)
                .endPort();
        for (String node : nodes) {
            slice.addNewEndpoint()
                    .withAddresses((family.equals("IPv4") ? "10.0.0." : "fd00::") + node)
                    .withNodeName(node)
                    .withNewConditions()
                    .withReady(true)
                    .endConditions()
                    .endEndpoint();
        }
        return EndpointSliceView.of(slice.build());
    }
}
