package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Node objects with nothing behind them, for the API level; what a kubelet and the node controller write, this writes.
 */
public record FakeNodes(KubernetesClient client) {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    /** Creates nodes {@code n1}, {@code n2}, …, ready, over zones {@code zone-a}, {@code zone-b}, … */
    public void create(int nodes, int zones) {
        for (int i = 1; i <= nodes; i++) {
            create("n" + i, "zone-" + (char) ('a' + (i - 1) % zones), i);
        }
    }

    /**
     * Creates one node, ready.
     *
     * @param number makes its address, 1 to 250
     */
    public void create(String name, String zone, int number) {
        create(name, zone, number, "cn-hangzhou.i-" + name);
    }

    /** Creates one node, ready, with a providerID of the caller's; an empty one means none. */
    public void create(String name, String zone, int number, String providerId) {
        client.nodes()
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withLabels(Map.of(
                                "kubernetes.io/hostname",
                                name,
                                "kubernetes.io/os",
                                "linux",
                                "topology.kubernetes.io/zone",
                                zone))
                        .endMetadata()
                        .withNewSpec()
                        .withProviderID(providerId.isEmpty() ? null : providerId)
                        .endSpec()
                        .build())
                .create();
        status(
                name,
                new NodeStatusBuilder()
                        .addNewAddress("192.0.2." + number, "InternalIP")
                        .withCapacity(capacity())
                        .withAllocatable(capacity())
                        .withConditions(ready(true))
                        .build());
        // Admission taints each new node until the node controller, which is off, sees it ready.
        client.nodes().withName(name).patch(MERGE, "{\"spec\":{\"taints\":null}}");
    }

    /** Makes the node's kubelet report ready, or not; its pods stay as they are. */
    public void ready(String name, boolean ready) {
        status(name, new NodeStatusBuilder().withConditions(ready(ready)).build());
    }

    /** What a kubelet writes when nothing has changed: the time of its last heartbeat. */
    public void heartbeat(String name) {
        String json = """
                {"status": {"conditions": [{"type": "Ready", "lastHeartbeatTime": "%s"}]}}
                """.formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS));
        client.nodes().withName(name).subresource("status").patch(PatchContext.of(PatchType.STRATEGIC_MERGE), json);
    }

    private void status(String name, NodeStatus status) {
        String json = Serialization.asJson(Map.of("status", status));
        client.nodes().withName(name).subresource("status").patch(MERGE, json);
    }

    /** Cordons the node, or uncordons it. */
    public void schedulable(String name, boolean schedulable) {
        client.nodes().withName(name).patch(MERGE, "{\"spec\":{\"unschedulable\":" + !schedulable + "}}");
    }

    private static NodeCondition ready(boolean ready) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return new NodeConditionBuilder()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .withReason("FakeKubelet")
                .withLastHeartbeatTime(now)
                .withLastTransitionTime(now)
                .build();
    }

    private static Map<String, Quantity> capacity() {
        return Map.of("cpu", new Quantity("4"), "memory", new Quantity("8Gi"), "pods", new Quantity("110"));
    }
}
