package io.ingresstier.plan;

import static io.ingresstier.plan.AcceptanceTest.ordinary;
import static io.ingresstier.plan.AcceptanceTest.refused;
import static io.ingresstier.world.ClusterScenario.ALIBABA;
import static io.ingresstier.world.ClusterScenario.CONTROLLER;
import static io.ingresstier.world.ClusterScenario.LEGACY;
import static io.ingresstier.world.ClusterScenario.ROLE;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.ConflictPolicy;
import io.ingresstier.api.LoadBalancerSpec;
import io.ingresstier.api.Reason;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.ServicePortView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code loadBalancer} is refused for before the first write. */
class LoadBalancerAcceptanceTest {

    @Test
    void aServiceThatDoesNotExist() {
        refused(cluster().world(), Reason.ServiceNotFound, SERVICE.toString(), "create it");
    }

    @Test
    void aServiceOfAnotherType() {
        refused(
                ordinary()
                        .change(SERVICE, s -> with(s, "ClusterIP", s.selector()))
                        .world(),
                Reason.ServiceNotLoadBalancer,
                SERVICE.toString(),
                "ClusterIP",
                "make it a LoadBalancer");
    }

    @Test
    void aServiceThatSelectsOtherPods() {
        refused(
                ordinary()
                        .change(SERVICE, s -> with(s, s.type(), Map.of("app", "shop")))
                        .world(),
                Reason.ServiceNotSelecting,
                SERVICE.toString(),
                "shop",
                CONTROLLER.toString(),
                "incumbentRef");
    }

    @Test
    void aForeignBackendSelectionUnlessItMayBeOverwritten() {
        var scenario = ordinary().annotation(SERVICE, ALIBABA + "backend-label", "pool=blue");
        refused(
                scenario.world(),
                Reason.ForeignBackendLabel,
                SERVICE.toString(),
                "pool=blue",
                "conflictPolicy: Overwrite");
        scenario.spec(s -> s.withLoadBalancer(l -> new LoadBalancerSpec(
                l.serviceRefs(), l.provider(), l.connectionDraining(), l.settleSeconds(), ConflictPolicy.Overwrite)));
        assertThat(Situation.of(scenario.world()).accepted()).isTrue();
    }

    @Test
    void bothKeysOfASelectionWithDifferentValues() {
        refused(
                ordinary()
                        .annotation(SERVICE, ALIBABA + "backend-label", ROLE + "=true")
                        .annotation(SERVICE, LEGACY + "backend-label", "pool=blue")
                        .world(),
                Reason.ForeignBackendLabel,
                LEGACY + "backend-label: \"pool=blue\"");
        refused(
                ordinary()
                        .annotation(SERVICE, ALIBABA + "backend-label", "pool=green")
                        .annotation(SERVICE, LEGACY + "backend-label", "pool=blue")
                        .world(),
                Reason.ForeignBackendLabel,
                ALIBABA + "backend-label: \"pool=green\" and " + LEGACY + "backend-label: \"pool=blue\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a=b=c", " node-role.kubernetes.io/ingress=true", "pool=blue,"})
    void aMalformedSelectionIsQuoted(String value) {
        refused(
                ordinary().annotation(SERVICE, ALIBABA + "backend-label", value).world(),
                Reason.ForeignBackendLabel,
                "\"" + value + "\"",
                "remove it");
    }

    @Test
    void aSelectionThatStopsTheCloudsControllerIsExplained() {
        var scenario = ordinary().annotation(SERVICE, ALIBABA + "backend-label", "blue");
        refused(
                scenario.world(),
                Reason.ForeignBackendLabel,
                "backends stay as they were",
                "\"blue\", which is not of the form key=value");
    }

    @Test
    void aServiceWithoutIPv4Endpoints() {
        World world = ordinary().world();
        refused(
                world.withSlices(world.slices().stream()
                        .map(s -> new EndpointSliceView(s.service(), "IPv6", s.ports(), s.endpoints()))
                        .toList()),
                Reason.NotYetSupported,
                SERVICE.toString(),
                "add IPv4 to its spec.ipFamilies");
    }

    @Test
    void aNamedPortThatNoContainerDeclares() {
        refused(
                ordinary().change(SERVICE, s -> ports(s, port("TCP", "web"))).world(),
                Reason.PortNotServed,
                SERVICE.toString(),
                "port 443",
                "\"web\"",
                CONTROLLER.toString(),
                "targetPort");
        refused(
                ordinary().change(SERVICE, s -> ports(s, port("UDP", "http"))).world(),
                Reason.PortNotServed,
                "port 443/UDP",
                "declares for UDP");
        assertThat(Situation.of(ordinary()
                                .change(SERVICE, s -> ports(s, port("TCP", "http")))
                                .world())
                        .accepted())
                .isTrue();
    }

    @Test
    void aServiceOfUdpPortsAloneIsTakenOver() {
        var operator = SimulatedOperator.in(ordinary()
                        .change(SERVICE, s -> ports(s, new ServicePortView("http", 443, 30443, "UDP", "443")))
                        .world())
                .untilQuiet();
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
    }

    private static ServicePortView port(String protocol, String target) {
        return new ServicePortView("https", 443, 30443, protocol, target);
    }

    private static ServiceView ports(ServiceView s, ServicePortView... ports) {
        return new ServiceView(
                s.key(),
                s.uid(),
                s.resourceVersion(),
                s.labels(),
                s.annotations(),
                s.selector(),
                s.type(),
                s.local(),
                s.loadBalancerClass(),
                List.of(ports),
                s.addresses(),
                s.terminating());
    }

    private static ServiceView with(ServiceView s, String type, Map<String, String> selector) {
        return new ServiceView(
                s.key(),
                s.uid(),
                s.resourceVersion(),
                s.labels(),
                s.annotations(),
                selector,
                type,
                s.local(),
                s.loadBalancerClass(),
                s.ports(),
                s.addresses(),
                s.terminating());
    }
}
