package io.ingresstier.workload;

import static io.ingresstier.workload.Templates.ack;
import static io.ingresstier.workload.Templates.controller;
import static io.ingresstier.workload.Templates.plainNginx;
import static io.ingresstier.workload.Templates.preStop;
import static io.ingresstier.workload.Templates.rendered;
import static io.ingresstier.workload.Templates.renderedPodDirect;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreStopTest {

    @Test
    void whereThereIsNoHookThePodSleeps() {
        var daemonSet = rendered(plainNginx());

        assertThat(preStop(daemonSet).getSleep().getSeconds()).isEqualTo(15);
        assertThat(preStop(daemonSet).getExec()).isNull();
        assertThat(grace(daemonSet)).isEqualTo(15 + 300);
    }

    @Test
    void whatTheHookExecutesFollowsTheSleepWithItsArgumentsUntouched() {
        var template = withHook("/hook", "two words", "it's; $HOME");

        assertThat(preStop(rendered(template)).getExec().getCommand())
                .containsExactly("sh", "-c", "sleep 15; exec \"$@\"", "sh", "/hook", "two words", "it's; $HOME");
        assertThat(preStop(rendered(template)).getSleep()).isNull();
    }

    @Test
    void acksPodsSleepBeforeTheyWaitForTheShutdownAndGetTheTimeForBoth() {
        var daemonSet = rendered(ack());

        assertThat(preStop(daemonSet).getExec().getCommand())
                .containsExactly("sh", "-c", "sleep 15; exec \"$@\"", "sh", "/wait-shutdown");
        assertThat(grace(daemonSet)).isEqualTo(15 + 330);
    }

    @Test
    void podDirectTheSleepIsTheSettleBoundButNotShorterThanElsewhere() {
        var slow = renderedPodDirect(plainNginx(), Duration.ofMillis(60_001));
        assertThat(preStop(slow).getSleep().getSeconds()).isEqualTo(61);
        assertThat(grace(slow)).isEqualTo(61 + 300);

        var fast = renderedPodDirect(plainNginx(), Duration.ofSeconds(6));
        assertThat(preStop(fast).getSleep().getSeconds()).isEqualTo(15);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sleep 40", "/bin/sleep 40 && /wait-shutdown", "sleep 40; nginx -s quit", " exec sleep 40s"})
    void aScriptThatSleepsLongerIsKept(String script) {
        var daemonSet = rendered(withHook("/bin/sh", "-c", script));

        assertThat(preStop(daemonSet).getExec().getCommand()).containsExactly("/bin/sh", "-c", script);
        assertThat(grace(daemonSet)).isEqualTo(40 + 300);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sleep 5", "sleep 40 & nginx -s quit", "nginx -s quit; sleep 40", "sleep 4m", "echo sleep 40"})
    void aScriptThatDoesNotSleepSoLongFirstSleepsBefore(String script) {
        assertThat(preStop(rendered(withHook("sh", "-c", script))).getExec().getCommand())
                .containsExactly("sh", "-c", "sleep 15; exec \"$@\"", "sh", "sh", "-c", script);
    }

    @Test
    void aSleepThatIsThereIsKeptWhereItIsLongerAndMadeLongerWhereItIsNot() {
        assertThat(preStop(rendered(withSleep(60))).getSleep().getSeconds()).isEqualTo(60);
        assertThat(grace(rendered(withSleep(60)))).isEqualTo(60 + 300);
        assertThat(preStop(rendered(withSleep(5))).getSleep().getSeconds()).isEqualTo(15);
        assertThat(preStop(rendered(withHook("sleep", "40"))).getExec().getCommand())
                .containsExactly("sleep", "40");
    }

    @Test
    void sidecarsSleepAsLongAndInitContainersAreLeftAlone() {
        var template = ack();
        template.getSpec()
                .getContainers()
                .add(new ContainerBuilder()
                        .withName("logs")
                        .withImage("logtail")
                        .build());

        var spec = rendered(template).getSpec().getTemplate().getSpec();

        assertThat(spec.getContainers()
                        .getLast()
                        .getLifecycle()
                        .getPreStop()
                        .getSleep()
                        .getSeconds())
                .isEqualTo(15);
        assertThat(spec.getInitContainers()).isEqualTo(ack().getSpec().getInitContainers());
    }

    @Test
    void aHookOverHttpIsLeftAloneAndObjectedTo() {
        var template = plainNginx();
        controller(template)
                .setLifecycle(new LifecycleBuilder()
                        .withNewPreStop()
                        .withNewHttpGet()
                        .withPath("/quit")
                        .withNewPort(80)
                        .endHttpGet()
                        .endPreStop()
                        .build());

        assertThat(preStop(rendered(template)))
                .isEqualTo(controller(template).getLifecycle().getPreStop());
        assertThat(Objections.to(template)).singleElement().asString().contains("Container nginx", "httpGet");
    }

    @Test
    void aHookAfterStartIsKept() {
        var template = plainNginx();
        var postStart = new LifecycleBuilder()
                .withNewPostStart()
                .withNewExec()
                .withCommand("true")
                .endExec()
                .endPostStart()
                .build();
        controller(template).setLifecycle(postStart);

        assertThat(controller(rendered(template)).getLifecycle().getPostStart()).isEqualTo(postStart.getPostStart());
    }

    @Test
    void nothingIsObjectedToInWhatAckDelivers() {
        assertThat(Objections.to(ack())).isEmpty();
    }

    @Test
    void aPortThatIsListedTwiceIsObjectedTo() {
        var template = ack();
        var ports = controller(template).getPorts();
        ports.add(ports.getFirst());

        assertThat(Objections.to(template)).singleElement().asString().contains("80/TCP");
    }

    private static long grace(DaemonSet daemonSet) {
        return daemonSet.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds();
    }

    private static PodTemplateSpec withHook(String... command) {
        var template = plainNginx();
        controller(template)
                .setLifecycle(new LifecycleBuilder()
                        .withNewPreStop()
                        .withNewExec()
                        .withCommand(List.of(command))
                        .endExec()
                        .endPreStop()
                        .build());
        return template;
    }

    private static PodTemplateSpec withSleep(long seconds) {
        var template = plainNginx();
        controller(template)
                .setLifecycle(new LifecycleBuilder()
                        .withNewPreStop()
                        .withNewSleep(seconds)
                        .endPreStop()
                        .build());
        return template;
    }
}
