package io.ingresstier.workload;

import static io.ingresstier.workload.Templates.ack;
import static io.ingresstier.workload.Templates.controller;
import static io.ingresstier.workload.Templates.overlay;
import static io.ingresstier.workload.Templates.plainNginx;
import static io.ingresstier.workload.Templates.rendered;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IngressNginxTest {

    private static final String KEEP_STATUS = "--update-status-on-shutdown=false";

    @Test
    void ingressNginxIsToldToLeaveTheStatusWhenItStops() {
        assertThat(controller(rendered(ack())).getArgs()).endsWith(KEEP_STATUS);
    }

    @Test
    void nobodyTurnsItOnAgain() {
        var template = ack();
        controller(template).getArgs().add("--update-status-on-shutdown");

        var args = controller(rendered(
                        template, overlay(null, null, List.of("--update-status-on-shutdown=true"), List.of(), null)))
                .getArgs();

        assertThat(args).filteredOn(arg -> arg.startsWith("--update-status-on")).containsExactly(KEEP_STATUS);
    }

    @Test
    void aControllerThatIsStartedByItsCommandIsKnownToo() {
        var template = plainNginx();
        controller(template).setCommand(List.of("/nginx-ingress-controller", "--v=2", KEEP_STATUS));

        var container = controller(rendered(template));

        assertThat(container.getCommand()).containsExactly("/nginx-ingress-controller", "--v=2");
        assertThat(container.getArgs()).containsExactly(KEEP_STATUS);
    }

    @Test
    void aContainerThatMightNotUnderstandItIsNotTold() {
        assertThat(controller(rendered(plainNginx())).getArgs()).isEmpty();

        var haproxy = plainNginx();
        controller(haproxy).setArgs(List.of("--publish-service=ingress/haproxy", "--ingress-class=haproxy"));
        assertThat(controller(rendered(haproxy)).getArgs())
                .isEqualTo(controller(haproxy).getArgs());
        assertThat(IngressNginx.runsIn(haproxy)).isFalse();

        var script = plainNginx();
        controller(script).setArgs(List.of("sh", "-c", "ulimit -n 65535; exec /nginx-ingress-controller --v=2"));
        assertThat(controller(rendered(script)).getArgs())
                .isEqualTo(controller(script).getArgs());
    }

    @Test
    void aControllerClassIsASignOfItAsWell() {
        var template = plainNginx();
        controller(template).setArgs(List.of("--controller-class=k8s.io/ingress-nginx"));

        assertThat(IngressNginx.runsIn(template)).isTrue();
        assertThat(IngressNginx.runsIn(ack())).isTrue();
    }
}
