package io.ingresstier.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPGetActionBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

/** Where a pod is asked, as its readiness probe says. */
class HealthCheckTest {

    private static Pod pod(String address, HTTPGetAction get) {
        return new PodBuilder()
                .withNewSpec()
                .addNewContainer()
                .withName("sidecar")
                .endContainer()
                .addNewContainer()
                .withName("controller")
                .addNewPort()
                .withName("health")
                .withContainerPort(10254)
                .endPort()
                .withNewReadinessProbe()
                .withHttpGet(get)
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPodIP(address)
                .endStatus()
                .build();
    }

    private static HTTPGetActionBuilder get(IntOrString port) {
        return new HTTPGetActionBuilder().withPath("/healthz").withPort(port);
    }

    @Test
    void theFirstReadinessProbeByHttpIsTaken() {
        assertThat(HealthCheck.of(pod("10.1.0.1", get(new IntOrString(10254)).build())))
                .contains(new HealthCheck("10.1.0.1", 10254, false, "/healthz", "10.1.0.1:10254"));
    }

    @Test
    void aNamedPortSchemeAndHostHeaderAreFollowed() {
        var get = get(new IntOrString("health"))
                .withScheme("HTTPS")
                .withPath("healthz")
                .addNewHttpHeader("Host", "example.org")
                .build();
        assertThat(HealthCheck.of(pod("10.1.0.1", get)))
                .contains(new HealthCheck("10.1.0.1", 10254, true, "/healthz", "example.org"));
    }

    @Test
    void noOneIsAskedWithoutAddressOrProbeOrWhereAnotherHostIsNamed() {
        assertThat(HealthCheck.of(pod("", get(new IntOrString(1)).build()))).isEmpty();
        assertThat(HealthCheck.of(pod("10.1.0.1", null))).isEmpty();
        assertThat(HealthCheck.of(pod("10.1.0.1", get(new IntOrString("none")).build())))
                .isEmpty();
        assertThat(HealthCheck.of(pod(
                        "10.1.0.1",
                        get(new IntOrString(1)).withHost("127.0.0.1").build())))
                .isEmpty();
        assertThat(HealthCheck.of(new Pod())).isEmpty();
    }
}
