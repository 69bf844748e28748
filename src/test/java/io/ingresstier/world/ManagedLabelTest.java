package io.ingresstier.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Since when a node is excluded, as the API server keeps it. */
class ManagedLabelTest {

    private static final String NODE = """
            apiVersion: v1
            kind: Node
            metadata:
              name: n1
              labels: {node.kubernetes.io/exclude-from-external-load-balancers: ""}
              managedFields:
              - manager: kubectl-label
                operation: Update
                apiVersion: v1
                time: "2026-01-01T00:00:05Z"
                fieldsType: FieldsV1
                fieldsV1: {"f:metadata": {"f:labels": {"f:node.kubernetes.io/exclude-from-external-load-balancers": {}}}}
              - manager: kubelet
                operation: Update
                apiVersion: v1
                time: "2026-01-01T00:00:09Z"
                fieldsType: FieldsV1
                fieldsV1: {"f:metadata": {"f:labels": {"f:kubernetes.io/os": {}}}}
            """;

    @Test
    void theTimeIsThatOfWhoeverPutTheLabelOnAndNeverTooEarly() {
        assertThat(NodeView.of(Serialization.unmarshal(NODE, Node.class)).excludedSince())
                .contains(Instant.parse("2026-01-01T00:00:06Z"));
    }

    @Test
    void thereIsNoneWhereNobodyPutItOnOrTheRecordWasErased() {
        var node = Serialization.unmarshal(NODE, Node.class);
        node.getMetadata().getManagedFields().removeFirst();
        assertThat(NodeView.of(node).excludedSince()).isEmpty();
        node.getMetadata().setManagedFields(null);
        assertThat(NodeView.of(node).excludedSince()).isEmpty();
    }
}
