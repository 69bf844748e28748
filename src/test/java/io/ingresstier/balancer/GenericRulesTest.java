package io.ingresstier.balancer;

import static io.ingresstier.balancer.Scene.NEW;
import static io.ingresstier.balancer.Scene.local;
import static io.ingresstier.balancer.Scene.node;
import static io.ingresstier.balancer.Scene.notReady;
import static io.ingresstier.balancer.Scene.providerId;
import static io.ingresstier.balancer.Scene.service;
import static io.ingresstier.balancer.Scene.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Provider;
import io.ingresstier.world.NodeView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenericRulesTest {

    private final GenericRules rules = new GenericRules();
    private final List<NodeView> nodes = List.of(
            node("a"),
            node("b", Map.of(), notReady()),
            node("c", Map.of(ExcludeLabels.STANDARD, "false")),
            node("d", Map.of("node-role.kubernetes.io/master", "")));

    @Test
    void inClusterModeEveryReadyNodeWithoutTheExcludeLabelIsATarget() {
        Backends backends = rules.backends(service(Map.of()), nodes, List.of());
        assertThat(backends.managed()).isTrue();
        assertThat(backends.everywhere()).containsExactlyInAnyOrder("a", "d");
        assertThat(backends.explain(nodes.get(1))).isEqualTo("not a backend: not ready");
    }

    @Test
    void inLocalModeTheNodeAlsoHostsAReadyEndpoint() {
        Backends backends = rules.backends(local(Map.of()), nodes, List.of(slice("http,https", "a", "b", "c")));
        assertThat(backends.everywhere()).containsExactly("a");
        assertThat(backends.explain(nodes.get(3))).isEqualTo("not a backend: hosts no ready endpoint");
    }

    @Test
    void nothingCanBeAskedOfIt() {
        assertThat(rules.selection("k", "v")).isEmpty();
        assertThat(rules.draining(Duration.ofSeconds(60))).isEmpty();
        assertThat(rules.signals()).isFalse();
        assertThat(rules.settleBound(service(Map.of()))).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void theProviderIsSeenInMostNodes() {
        List<NodeView> foreign = List.of(node("a", Map.of(), providerId("aws:///us-east-1a/i-1")), node("b"));
        assertThat(BackendRules.of(Provider.Auto, List.of(node("a"), node("b")), List.of())
                        .name())
                .isEqualTo("Alibaba");
        assertThat(BackendRules.of(Provider.Auto, foreign, List.of()).name()).isEqualTo("Generic");
        assertThat(BackendRules.of(Provider.Auto, List.of(), List.of()).name()).isEqualTo("Generic");
    }

    @Test
    void theProviderIsSeenInAnnotationsWhereNodesDoNotTell() {
        var annotated = service(Map.of(NEW + "spec", "slb.s1.small"));
        var kind = List.of(node("a", Map.of(), providerId("kind://docker/kind/a")));
        assertThat(BackendRules.of(Provider.Auto, kind, List.of(annotated)).name())
                .isEqualTo("Alibaba");
        assertThat(BackendRules.of(Provider.Auto, kind, List.of(service(Map.of())))
                        .name())
                .isEqualTo("Generic");
    }

    @Test
    void theSpecDecidesWhereItNamesAProvider() {
        assertThat(BackendRules.of(Provider.Generic, List.of(node("a")), List.of())
                        .name())
                .isEqualTo("Generic");
        assertThat(BackendRules.of(Provider.Alibaba, List.of(), List.of()).name())
                .isEqualTo("Alibaba");
    }
}
