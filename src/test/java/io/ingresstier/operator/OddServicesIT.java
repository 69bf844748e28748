package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services as clusters may have them: refused with what to write instead, or accepted with the right backends. */
@ApiLevel
class OddServicesIT {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final String KEY = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-backend-label";
    private static final String LEGACY = "service.beta.kubernetes.io/alicloud-loadbalancer-backend-label";

    private static OperatorProcess operator;

    private KubernetesClient client;
    private Incumbent incumbent;
    private AuditLog audit;

    @BeforeAll
    static void start(Lab lab, KubernetesClient client) {
        OperatorProcess.install(client);
        operator = OperatorProcess.start(lab, "OddServicesIT");
        operator.awaitReady();
    }

    @AfterAll
    static void stop() throws IOException {
        operator.stop();
        Answer.assertNoStackTrace(operator);
    }

    @BeforeEach
    void defaultCluster(Lab lab, KubernetesClient client, FakeNodes nodes) {
        this.client = client;
        this.audit = lab.audit();
        nodes.create(4, 2);
        incumbent = new Incumbent(client, BackendMode.Local, 2);
    }

    @Test
    void aBalancerThatSendsToPodsIsAcceptedAndSaid() {
        new Incumbent(client, BackendMode.PodDirect, 2).create().awaitReady();

        var tier = look().accepted(Reason.UnsupportedBackendMode, "kube-system/nginx-ingress-lb", "pinned");

        assertBackends(tier, 2);
    }

    @Test
    void bothKeysOfASelectionWithDifferentValues() {
        incumbent.create();
        annotate(KEY, "pool=green");
        annotate(LEGACY, "pool=blue");

        ask().heldBy(
                        Reason.ForeignBackendLabel,
                        KEY + ": \"pool=green\" and " + LEGACY + ": \"pool=blue\"",
                        "conflictPolicy: Overwrite");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a=b=c", " node-role.kubernetes.io/ingress=true", "blue"})
    void aMalformedSelection(String value) {
        incumbent.create();
        annotate(KEY, value);

        ask().heldBy(Reason.ForeignBackendLabel, KEY + ": \"" + value + "\"", "remove it");
    }

    @Test
    void aServiceWithoutPortsIsRefusedByTheServerItself() {
        var service = Incumbent.service(BackendMode.Local);
        service.getSpec().setPorts(null);

        assertThatThrownBy(() -> client.resource(service).create())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("spec.ports: Required value");
    }

    @Test
    void udpPortsAlone() {
        ports(port("dns", "UDP", 53, "8080")).awaitReady();

        assertBackends(look().accepted(Reason.Accepted), 2);
    }

    @Test
    void tcpAndUdpOnOneNumber() {
        ports(port("https", "TCP", 443, "8080"), port("http3", "UDP", 443, "8080"))
                .awaitReady();

        assertBackends(look().accepted(Reason.Accepted), 2);
    }

    @Test
    void aNamedPortThatNoContainerDeclares() {
        ports(port("https", "TCP", 443, "https"));

        ask().heldBy(
                        Reason.PortNotServed,
                        "kube-system/nginx-ingress-lb",
                        "port 443",
                        "\"https\"",
                        "correct the Service's targetPort");
    }

    @Test
    void aNamedPortThatPodsResolveToOtherNumbers() {
        ports(port("http", "TCP", 80, "http")).awaitReady();
        var template = Incumbent.deployment(1).getSpec().getTemplate();
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("other-number")
                        .withNamespace(Incumbent.NAMESPACE)
                        .withLabels(Incumbent.LABELS)
                        .endMetadata()
                        .withSpec(template.getSpec())
                        .editSpec()
                        .withNodeName(freeNode())
                        .editFirstContainer()
                        .withPorts(new ContainerPortBuilder()
                                .withName("http")
                                .withContainerPort(9090)
                                .build())
                        .endContainer()
                        .endSpec()
                        .build())
                .create();

        var tier = look().accepted(Reason.Accepted);

        assertBackends(tier, 3);
        assertThat(slices())
                .flatExtracting(EndpointSlice::getPorts)
                .extracting("port")
                .contains(8080, 9090);
    }

    @Test
    void theSecondFamilyOfADualStackServiceCountsNothingTwice() {
        client.resource(Incumbent.deployment(2)).create();
        var service = Incumbent.service(BackendMode.Local);
        service.getSpec().setIpFamilyPolicy("PreferDualStack");
        client.resource(service).create();
        incumbent.awaitReady();
        var six = new EndpointSliceBuilder()
                .withNewMetadata()
                .withName("six")
                .withNamespace(Incumbent.NAMESPACE)
                .addToLabels("kubernetes.io/service-name", Cloud.INGRESS.name())
                .endMetadata()
                .withAddressType("IPv6")
                .addNewPort()
                .withName("http")
                .withPort(8080)
                .endPort();
        for (String node : new String[] {"n1", "n2", "n3", "n4"}) {
            six.addNewEndpoint()
                    .withAddresses("fd00::" + node.substring(1))
                    .withNodeName(node)
                    .withNewConditions()
                    .withReady(true)
                    .endConditions()
                    .endEndpoint();
        }
        client.resource(six.build()).create();

        assertBackends(look().accepted(Reason.Accepted), 2);
    }

    private Answer ask() {
        return new Answer(LiveTier.create(client), audit);
    }

    private Answer look() {
        return new Answer(LiveTier.create(client, "default", Answer::looking), audit);
    }

    private static void assertBackends(LiveTier tier, int backends) {
        tier.await(t -> t.getStatus().loadBalancers().stream()
                .anyMatch(b -> b.expectedBackends() != null && b.expectedBackends() == backends));
    }

    private void annotate(String key, String value) {
        incumbent.balancerService().patch(MERGE, """
                {"metadata": {"annotations": {"%s": "%s"}}}""".formatted(key, value));
    }

    /** The default cluster with other ports of the Service. */
    private Incumbent ports(ServicePort... ports) {
        client.resource(Incumbent.deployment(2)).create();
        var service = Incumbent.service(BackendMode.Local);
        service.getSpec().setPorts(List.of(ports));
        client.resource(service).create();
        return incumbent;
    }

    private static ServicePort port(String name, String protocol, int number, String target) {
        boolean named = !Character.isDigit(target.charAt(0));
        var port =
                new ServicePortBuilder().withName(name).withProtocol(protocol).withPort(number);
        return (named ? port.withNewTargetPort(target) : port.withNewTargetPort(Integer.parseInt(target))).build();
    }

    private String freeNode() {
        var taken = client.pods().inNamespace(Incumbent.NAMESPACE).list().getItems().stream()
                .map(p -> p.getSpec().getNodeName())
                .toList();
        return client.nodes().list().getItems().stream()
                .map(n -> n.getMetadata().getName())
                .filter(n -> !taken.contains(n))
                .findFirst()
                .orElseThrow();
    }

    private List<EndpointSlice> slices() {
        return client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(Incumbent.NAMESPACE)
                .withLabels(Map.of("kubernetes.io/service-name", Cloud.INGRESS.name()))
                .list()
                .getItems();
    }
}
