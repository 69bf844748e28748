package io.ingresstier.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.ingresstier.api.BackendMode;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API level's double: pods start, become ready and end as they would with kubelets. */
@ApiLevel
class FakeKubeletIT {

    private KubernetesClient client;

    @BeforeEach
    void nodes(KubernetesClient client, FakeNodes nodes) {
        this.client = client;
        nodes.create(3, 3);
    }

    @Test
    void podsBecomeReadyOnNodesOfTheirOwnWhereTheSchedulerPutThem() {
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        assertThat(pods())
                .hasSize(2)
                .allSatisfy(p -> assertThat(p.getStatus().getPodIP()).isNotEmpty());
    }

    @Test
    void readinessCanBeWithheldFromANode(FakeKubelet kubelet) {
        kubelet.neverReady("n2");
        new Incumbent(client, BackendMode.Local, 3).create();
        await().until(() -> pods().stream().filter(FakeKubeletIT::running).count() == 3);
        assertThat(pods()).filteredOn(p -> onNode(p, "n2")).isNotEmpty().noneMatch(FakeKubeletIT::ready);
        kubelet.forget();
        await().until(() -> pods().stream().allMatch(FakeKubeletIT::ready));
    }

    @Test
    void podsEndWhenTheyAreDeletedAndWithTheirNode() {
        var incumbent = new Incumbent(client, BackendMode.Local, 3).create().awaitReady();
        client.nodes().withName("n1").delete();
        await().until(() -> pods().stream().noneMatch(p -> onNode(p, "n1")));
        incumbent.workload().scale(0);
        await().until(() -> pods().isEmpty());
    }

    private List<Pod> pods() {
        return client.pods().inNamespace(Incumbent.NAMESPACE).list().getItems();
    }

    private static boolean onNode(Pod pod, String node) {
        return node.equals(pod.getSpec().getNodeName());
    }

    private static boolean running(Pod pod) {
        return "Running".equals(pod.getStatus().getPhase());
    }

    private static boolean ready(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
    }
}
