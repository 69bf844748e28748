package io.ingresstier.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.BackendMode;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The played cloud does what the real one was seen to do. */
@ApiLevel
class CloudIT {

    private static final String LABEL = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-backend-label";

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private KubernetesClient client;
    private Cloud cloud;
    private Incumbent incumbent;

    @BeforeEach
    void defaultCluster(KubernetesClient client, Cloud cloud, FakeNodes nodes) {
        this.client = client;
        this.cloud = cloud;
        nodes.create(3, 3);
        incumbent = new Incumbent(client, BackendMode.Cluster, 2).create().awaitReady();
        await().until(() -> backends().equals(Set.of("n1", "n2", "n3")) && !hash().isEmpty() && cloud.idle());
    }

    @Test
    void aSelectionOfLabelledNodesIsFollowedAndTheHashMovesAfterIt() {
        client.nodes().withName("n1").patch(MERGE, "{\"metadata\":{\"labels\":{\"tier\":\"yes\"}}}");
        String before = hash();
        annotate(LABEL, "tier=yes");
        await().until(() -> !hash().equals(before) && cloud.idle());
        assertThat(backends()).containsExactly("n1");
    }

    @Test
    void aSelectionThatMatchesNothingEmptiesTheBalancerWithANormalEvent() {
        annotate(LABEL, "tier=nowhere");
        await().until(() -> backends().isEmpty());
        await().until(() -> eventType("UnAvailableLoadBalancer").equals("Normal"));
    }

    @Test
    void aMalformedSelectionFreezesTheBackendsWithAWarning() {
        String before = hash();
        annotate(LABEL, "tier");
        await().until(() -> eventType("SyncLoadBalancerFailed").equals("Warning"));
        assertThat(backends()).containsExactlyInAnyOrder("n1", "n2", "n3");
        assertThat(hash()).isEqualTo(before);
    }

    @Test
    void oneNodeWithoutAProviderIdFreezesEverything(FakeNodes nodes) {
        nodes.create("odd", "zone-a", 4, "");
        String before = hash();
        client.nodes().withName("n3").delete();
        await().until(() -> !cloud.knows("n3"));
        annotate("example.com/touch", "yes");
        await().until(() -> !hash().equals(before) && cloud.idle());
        assertThat(backends()).contains("n3").doesNotContain("odd");
    }

    @Test
    void pausedItFollowsNothingAndResumedItCatchesUp() {
        cloud.pause();
        await().until(() -> !cloud.syncing());
        client.nodes().withName("n2").delete();
        await().during(Duration.ofSeconds(2)).until(() -> backends().contains("n2"));
        cloud.resume();
        await().until(() -> backends().equals(Set.of("n1", "n3")));
    }

    private Set<String> backends() {
        return cloud.backends(Cloud.INGRESS, 80);
    }

    private String hash() {
        Service service = incumbent.balancerService().require();
        return service.getMetadata().getLabels().getOrDefault(ServiceHash.LABEL, "");
    }

    private String eventType(String reason) {
        return client.v1().events().inNamespace(Incumbent.NAMESPACE).list().getItems().stream()
                .filter(e -> reason.equals(e.getReason()))
                .map(e -> e.getType())
                .findFirst()
                .orElse("");
    }

    private void annotate(String key, String value) {
        incumbent
                .balancerService()
                .patch(MERGE, "{\"metadata\":{\"annotations\":{\"" + key + "\":\"" + value + "\"}}}");
    }
}
