package io.ingresstier.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Instant;
import java.util.HashMap;
import org.junit.jupiter.api.Test;

/** A view can be made of any object, however little is in it. */
class OddObjectsTest {

    @Test
    void anObjectWithNothingInItHasAView() {
        assertThat(NodeView.of(new Node()).readiness()).isEqualTo(Readiness.NO_CONDITIONS);
        assertThat(ServiceView.of(new Service()).loadBalancer()).isFalse();
        assertThat(PodView.of(new Pod()).serving()).isFalse();
        assertThat(EndpointSliceView.of(new EndpointSlice()).endpoints()).isEmpty();
    }

    @Test
    void aPodThatNoKubeletHasReportedYetIsNotReadySinceItWasCreated() {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();
        assertThat(PodView.of(pod).ready()).isFalse();
        assertThat(PodView.of(pod).readySince()).contains(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void aNullValueOfALabelIsAnEmptyText() {
        var labels = new HashMap<String, String>();
        labels.put("a", null);
        var node = new NodeBuilder()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .build();
        assertThat(NodeView.of(node).labels()).containsEntry("a", "");
    }

    @Test
    void ofSeveralReadyConditionsTheWorstCountsAndAnUnreadableTimeIsNone() {
        var node = new NodeBuilder()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withLastTransitionTime("soon")
                .endCondition()
                .addNewCondition()
                .withType("Ready")
                .withStatus("False")
                .endCondition()
                .endStatus()
                .build();
        assertThat(NodeView.of(node).readiness()).isEqualTo(Readiness.NOT_READY);
        assertThat(NodeView.of(node).readinessSince()).isEmpty();
    }

    @Test
    void theInternalAddressIsTheFirstOfIpv4() {
        var node = new NodeBuilder()
                .withNewStatus()
                .addNewAddress()
                .withType("Hostname")
                .withAddress("10.0.0.9")
                .endAddress()
                .addNewAddress()
                .withType("InternalIP")
                .withAddress("fd00::1")
                .endAddress()
                .addNewAddress()
                .withType("InternalIP")
                .withAddress("10.0.0.1")
                .endAddress()
                .endStatus()
                .build();
        assertThat(NodeView.of(node).internalIp()).isEqualTo("10.0.0.1");
    }
}
