package io.ingresstier.plan;

import static io.ingresstier.plan.AcceptanceTest.ordinary;
import static io.ingresstier.plan.AcceptanceTest.refused;
import static io.ingresstier.world.ClusterScenario.ALIBABA;
import static io.ingresstier.world.ClusterScenario.CONTROLLER;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.ConflictPolicy;
import io.ingresstier.api.LoadBalancerSpec;
import io.ingresstier.api.Reason;
import io.ingresstier.world.ServiceView;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code loadBalancer} is refused for before the first write. */
class LoadBalancerAcceptanceTest {

    @Test
    void aServiceThatDoesNotExist() {
        refused(cluster().world(), Reason.ServiceNotFound, SERVICE.toString(), "create it");
    }

    @Test
    void aServiceOfAnotherType() {
        refused(
                ordinary()
                        .change(SERVICE, s -> with(s, "ClusterIP", s.selector()))
                        .world(),
                Reason.ServiceNotLoadBalancer,
                SERVICE.toString(),
                "ClusterIP",
                "make it a LoadBalancer");
    }

    @Test
    void aServiceThatSelectsOtherPods() {
        refused(
                ordinary()
                        .change(SERVICE, s -> with(s, s.type(), Map.of("app", "shop")))
                        .world(),
                Reason.ServiceNotSelecting,
                SERVICE.toString(),
                "shop",
                CONTROLLER.toString(),
                "incumbentRef");
    }

    @Test
    void aForeignBackendSelectionUnlessItMayBeOverwritten() {
        var scenario = ordinary().annotation(SERVICE, ALIBABA + "backend-label", "pool=blue");
        refused(
                scenario.world(),
                Reason.ForeignBackendLabel,
                SERVICE.toString(),
                "pool=blue",
                "conflictPolicy: Overwrite");
        scenario.spec(s -> s.withLoadBalancer(l -> new LoadBalancerSpec(
                l.serviceRefs(), l.provider(), l.connectionDraining(), l.settleSeconds(), ConflictPolicy.Overwrite)));
        assertThat(Situation.of(scenario.world()).accepted()).isTrue();
    }

    private static ServiceView with(ServiceView s, String type, Map<String, String> selector) {
        return new ServiceView(
                s.key(),
                s.uid(),
                s.resourceVersion(),
                s.labels(),
                s.annotations(),
                selector,
                type,
                s.local(),
                s.loadBalancerClass(),
                s.ports(),
                s.addresses(),
                s.terminating());
    }
}
