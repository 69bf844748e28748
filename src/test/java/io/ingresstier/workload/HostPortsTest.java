package io.ingresstier.workload;

import static io.ingresstier.workload.Templates.ack;
import static io.ingresstier.workload.Templates.controller;
import static io.ingresstier.workload.Templates.plainNginx;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostPortsTest {

    @Test
    void containerPortsBlockNoNode() {
        assertThat(HostPorts.of(ack())).isEmpty();
        assertThat(HostPorts.blocksNode(ack())).isFalse();
        assertThat(HostPorts.blocksNode(new PodTemplateSpec())).isFalse();
    }

    @Test
    void hostPortsDo() {
        var template = ack();
        controller(template).getPorts().get(0).setHostPort(80);
        controller(template).getPorts().get(1).setHostPort(443);
        controller(template).getPorts().get(1).setHostIP("10.0.0.1");

        assertThat(HostPorts.of(template))
                .containsExactlyInAnyOrder(new HostPort("0.0.0.0", 80, "TCP"), new HostPort("10.0.0.1", 443, "TCP"));
        assertThat(HostPorts.blocksNode(template)).isTrue();
    }

    @Test
    void onTheHostsNetworkEveryPortIsOneAndUndeclaredOnesBlockToo() {
        var template = plainNginx();
        template.getSpec().setHostNetwork(true);
        assertThat(HostPorts.of(template)).containsExactly(new HostPort("0.0.0.0", 80, "TCP"));

        controller(template).getPorts().clear();
        assertThat(HostPorts.of(template)).isEmpty();
        assertThat(HostPorts.blocksNode(template)).isTrue();
    }

    @Test
    void requestsAreSetWhereEveryContainerHasThemOrLimits() {
        assertThat(ResourceRequests.requestsSet(ack())).isTrue();
        assertThat(ResourceRequests.requestsSet(plainNginx())).isFalse();

        var template = ack();
        controller(template).getResources().getRequests().remove("memory");
        assertThat(ResourceRequests.requestsSet(template)).isFalse();

        controller(template).getResources().setLimits(Map.of("memory", new Quantity("1Gi")));
        assertThat(ResourceRequests.requestsSet(template)).isTrue();
    }
}
