package io.ingresstier.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.IngressTier;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real API server tells of its writes, with somebody in the operator's place who breaks the invariants. */
@ApiLevel
class HistoryIT {

    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager("ingresstier-operator")
            .build();
    private static final String ROLE = "node-role.kubernetes.io/ingress";
    private static final String UNLABEL = "{\"metadata\": {\"labels\": {\"" + ROLE + "\": null}}}";

    private KubernetesClient client;

    @BeforeEach
    void defaultCluster(KubernetesClient client, Cloud cloud, FakeNodes nodes) {
        this.client = client;
        nodes.create(3, 3);
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        // Endpoints follow the pods a moment later, and what was never reached cannot be taken away.
        await().until(() -> cloud.idle() && cloud.backends(Cloud.INGRESS, 80).size() == 2);
        client.nodes().withName("n1").edit(HistoryIT::labelled);
        client.nodes().withName("n2").edit(HistoryIT::labelled);
        var tier = new IngressTier();
        tier.getMetadata().setName("default");
        client.resource(tier).create();
    }

    @Test
    void whatTheOperatorBreaksIsFoundAndWhatOthersDoIsNot(Lab lab, History history) {
        try (KubernetesClient operator = OperatorProcess.impostor(lab)) {
            client.nodes().withName("n1").patch(MERGE, UNLABEL);
            operator.nodes().withName("n2").patch(MERGE, UNLABEL);
            operator.services()
                    .inNamespace(Incumbent.NAMESPACE)
                    .withName("nginx-ingress-lb")
                    .patch(MERGE, """
                    {"metadata": {"annotations": {
                      "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-backend-label": "nobody=here"}}}""");
        }

        history.expectBreaches();
        // The server's account of a write may be a moment behind the watch of it.
        await().untilAsserted(() -> assertThat(history.breaches())
                .satisfiesExactly(
                        b -> assertThat(b).contains("I5: the operator removes", "Node /n2 by the operator", ROLE),
                        b -> assertThat(b)
                                .startsWith("I1: of kube-system/nginx-ingress-lb 0 would be left of 2")
                                .contains("by the operator [ingresstier-operator]", "backend-label was absent")));
    }

    @Test
    void whoDoesNothingBreaksNothing(History history) {
        assertThat(history.revisions()).isNotEmpty();
        assertThat(history.breaches()).isEmpty();
    }

    private static Node labelled(Node node) {
        return new NodeBuilder(node)
                .editMetadata()
                .addToLabels(ROLE, "true")
                .endMetadata()
                .build();
    }
}
