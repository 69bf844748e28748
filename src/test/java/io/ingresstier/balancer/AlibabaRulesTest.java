package io.ingresstier.balancer;

import static io.ingresstier.balancer.Scene.INGRESS;
import static io.ingresstier.balancer.Scene.LEGACY;
import static io.ingresstier.balancer.Scene.NEW;
import static io.ingresstier.balancer.Scene.local;
import static io.ingresstier.balancer.Scene.node;
import static io.ingresstier.balancer.Scene.notReady;
import static io.ingresstier.balancer.Scene.providerId;
import static io.ingresstier.balancer.Scene.service;
import static io.ingresstier.balancer.Scene.slice;
import static io.ingresstier.balancer.Scene.tainted;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.BackendMode;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PortId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AlibabaRulesTest {

    private static final Map<String, String> LABELLED = Map.of(INGRESS, "true");
    private static final List<NodeView> NODES = List.of(node("a", LABELLED), node("b", LABELLED), node("c"));

    private final AlibabaRules rules = new AlibabaRules(AlibabaConfig.defaults());

    private Backends cluster(Map<String, String> annotations, NodeView... nodes) {
        return rules.backends(service(annotations), List.of(nodes), List.of());
    }

    private Set<String> filtered(Map<String, String> annotations) {
        return rules.backends(service(annotations), NODES, List.of()).everywhere();
    }

    @Test
    void selectsTheNodesThatCarryTheLabel() {
        assertThat(filtered(Map.of(NEW + "backend-label", INGRESS + "=true"))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void anEmptyNewKeyBeatsTheLegacyKey() {
        var annotations = Map.of(NEW + "backend-label", "", LEGACY + "backend-label", INGRESS + "=true");
        assertThat(filtered(annotations)).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(AlibabaRules.annotation(service(annotations), "backend-label"))
                .contains("");
    }

    @Test
    void theLegacyKeyCountsWhereItIsAlone() {
        assertThat(filtered(Map.of(LEGACY + "backend-label", INGRESS + "=true")))
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void nothingIsTrimmedSoASpaceEmptiesTheBalancer() {
        assertThat(filtered(Map.of(NEW + "backend-label", INGRESS + "=true "))).isEmpty();
        assertThat(filtered(Map.of(NEW + "backend-label", " " + INGRESS + "=true")))
                .isEmpty();
    }

    @Test
    void aMalformedFilterFreezesTheWholeService() {
        Backends backends = rules.backends(service(Map.of(NEW + "backend-label", INGRESS)), NODES, List.of());
        assertThat(backends.known()).isFalse();
        assertThat(backends.error()).map(BackendError::kind).contains("backend-label-parse");
        assertThat(backends.explain(NODES.getFirst())).startsWith("unknown: backends stay as they were");
    }

    @Test
    void aBadProviderIdOnOneMatchingNodeFreezesEveryPort() {
        Backends backends = cluster(Map.of(), node("a"), node("b", Map.of(), providerId("kind://docker/kind/b")));
        assertThat(backends.errors().keySet()).containsExactlyInAnyOrder(new PortId(80, "TCP"), new PortId(443, "TCP"));
        assertThat(backends.byPort()).isEmpty();
        assertThat(backends.problem())
                .hasValueSatisfying(p -> assertThat(p).contains("node b").contains("kind://"));
    }

    @Test
    void aBadProviderIdOnANodeThatTheFilterRejectsDoesNoHarm() {
        Backends backends = cluster(
                Map.of(NEW + "backend-label", INGRESS + "=true"),
                node("a", LABELLED),
                node("b", Map.of(), providerId("")));
        assertThat(backends.known()).isTrue();
        assertThat(backends.everywhere()).containsExactly("a");
    }

    @Test
    void inLocalModeABadProviderIdFreezesOnlyThePortsThatReachTheNode() {
        Backends backends = rules.backends(
                local(Map.of()),
                List.of(node("a"), node("b", Map.of(), providerId("b"))),
                List.of(slice("http,https", "a"), slice("https", "a", "b")));
        assertThat(backends.errors().keySet()).containsExactly(new PortId(443, "TCP"));
        assertThat(backends.byPort()).containsOnlyKeys(new PortId(80, "TCP"));
    }

    @Test
    void aNotReadyNodeIsNoTarget() {
        NodeView unready = node("b", Map.of(), notReady());
        Backends backends = cluster(Map.of(), node("a"), unready);
        assertThat(backends.everywhere()).containsExactly("a");
        assertThat(backends.explain(unready)).isEqualTo("not a backend: not ready");
    }

    @Test
    void anExcludeLabelExcludesEvenWithTheValueFalse() {
        for (String label : ExcludeLabels.ALIBABA) {
            NodeView excluded = node("b", Map.of(label, "false"));
            Backends backends = cluster(Map.of(), node("a"), excluded);
            assertThat(backends.everywhere()).containsExactly("a");
            assertThat(backends.explain(excluded)).isEqualTo("not a backend: excluded by label " + label);
            assertThat(rules.unfit(excluded)).contains("excluded by label " + label);
        }
    }

    @Test
    void aNodeIsExplainedInASentence() {
        Backends backends = rules.backends(
                local(Map.of(NEW + "backend-label", INGRESS + "=true")), NODES, List.of(slice("http,https", "a", "c")));
        assertThat(NODES)
                .extracting(backends::explain)
                .containsExactly(
                        "is a backend: ready, carries " + INGRESS + "=true, hosts a ready endpoint",
                        "not a backend: hosts no ready endpoint",
                        "not a backend: label " + INGRESS + " is missing");
    }

    @Test
    void aNodeBehindOnePortOfTwoIsNotEverywhere() {
        Backends backends =
                rules.backends(local(Map.of()), NODES, List.of(slice("http,https", "a"), slice("http", "a", "b")));
        assertThat(backends.everywhere()).containsExactly("a");
        assertThat(backends.explain(NODES.get(1))).isEqualTo("not a backend behind port 443: hosts no ready endpoint");
    }

    @Test
    void podsAreTargetsWhereTheServiceAsksForIt() {
        Backends backends = rules.backends(
                service(Map.of(
                        "service.beta.kubernetes.io/backend-type", "eni", NEW + "backend-label", INGRESS + "=true")),
                NODES,
                List.of(slice("http,https", "a", "c")));
        assertThat(backends.mode()).isEqualTo(BackendMode.PodDirect);
        assertThat(backends.everywhere()).containsExactlyInAnyOrder("10.0.0.0", "10.0.0.1");
    }

    @Test
    void aServiceOfAnotherClassIsNotManaged() {
        var foreign = service(
                Map.of(),
                s -> s.editSpec().withLoadBalancerClass("metallb.io/l2").endSpec());
        var nlb = service(
                Map.of(),
                s -> s.editSpec().withLoadBalancerClass("alibabacloud.com/nlb").endSpec());
        assertThat(rules.backends(foreign, NODES, List.of()).managed()).isFalse();
        assertThat(rules.backends(nlb, NODES, List.of()).managed()).isTrue();
    }

    @Test
    void someNodesCanNeverBeSoundTargets() {
        assertThat(rules.unfit(node("a", LABELLED))).isEmpty();
        assertThat(rules.unfit(node("a", Map.of("node-role.kubernetes.io/control-plane", ""))))
                .isEmpty();
        assertThat(rules.unfit(node("a", Map.of("node-role.kubernetes.io/master", ""))))
                .isPresent();
        assertThat(rules.unfit(node("a", Map.of("type", "virtual-kubelet")))).isPresent();
        assertThat(rules.unfit(node("a", Map.of(), tainted("ToBeDeletedByClusterAutoscaler"))))
                .isPresent();
        assertThat(rules.unfit(node("a", Map.of(), providerId("ack-hybrid://x.y"))))
                .isPresent();
        assertThat(rules.unfit(node("a", Map.of(), providerId("")))).isPresent();
        assertThat(rules.unfit(node("a", Map.of(), providerId("alicloud://cn-hangzhou.i-1"))))
                .isEmpty();
    }

    @Test
    void selectionIsWrittenUnderBothKeys() {
        assertThat(rules.selection(INGRESS, "true"))
                .isEqualTo(
                        Map.of(NEW + "backend-label", INGRESS + "=true", LEGACY + "backend-label", INGRESS + "=true"));
    }

    @Test
    void drainingIsBroughtWithinTheCloudsLimits() {
        assertThat(rules.draining(Duration.ofSeconds(60)))
                .hasSize(4)
                .containsEntry(NEW + "connection-drain", "on")
                .containsEntry(LEGACY + "connection-drain", "on")
                .containsEntry(NEW + "connection-drain-timeout", "60")
                .containsEntry(LEGACY + "connection-drain-timeout", "60");
        assertThat(rules.draining(Duration.ofSeconds(1))).containsEntry(NEW + "connection-drain-timeout", "10");
        assertThat(rules.draining(Duration.ofHours(1))).containsEntry(LEGACY + "connection-drain-timeout", "900");
    }

    @Test
    void settlingIsBoundByTheHealthCheck() {
        assertThat(rules.settleBound(service(Map.of()))).isEqualTo(Duration.ofSeconds(30));
        assertThat(rules.settleBound(
                        service(Map.of(NEW + "healthy-threshold", "2", LEGACY + "health-check-interval", "5"))))
                .isEqualTo(Duration.ofSeconds(15));
        assertThat(rules.settleBound(service(Map.of(NEW + "healthy-threshold", "two"))))
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theHashIsReadOffTheLabel() {
        var synced = service(
                Map.of(),
                s -> s.editMetadata()
                        .addToLabels("service.beta.kubernetes.io/hash", "abc")
                        .endMetadata());
        assertThat(rules.syncHash(synced)).contains("abc");
        assertThat(rules.syncHash(service(Map.of()))).isEmpty();
    }
}
