package io.ingresstier.workload;

import static io.ingresstier.workload.Templates.ack;
import static io.ingresstier.workload.Templates.controller;
import static io.ingresstier.workload.Templates.overlay;
import static io.ingresstier.workload.Templates.plainNginx;
import static io.ingresstier.workload.Templates.rendered;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatusBuilder;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.RolloutSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DaemonSetDriftTest {

    @Test
    @DisplayName("what the API server answers with is as rendered")
    void defaultsAreNoDrift() {
        assertThat(DaemonSetDrift.asRendered(defaulted(rendered(ack())), rendered(ack())))
                .isTrue();
        assertThat(DaemonSetDrift.asRendered(defaulted(rendered(plainNginx())), rendered(plainNginx())))
                .isTrue();
    }

    @Test
    void quantitiesCompareByValue() {
        var half = new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity("0.5"))
                .addToRequests("memory", new Quantity("1024Mi"))
                .build();
        var desired = rendered(ack(), overlay(null, half, List.of(), List.of(), null));
        var live = defaulted(desired);
        controller(live).getResources().setRequests(Map.of("cpu", new Quantity("500m"), "memory", new Quantity("1Gi")));
        assertThat(DaemonSetDrift.asRendered(live, desired)).isTrue();

        controller(live).getResources().setRequests(Map.of("cpu", new Quantity("501m"), "memory", new Quantity("1Gi")));
        assertThat(DaemonSetDrift.asRendered(live, desired)).isFalse();
    }

    @Test
    void valuesThatOnlyLookLikeQuantitiesDoNot() {
        var template = plainNginx();
        controller(template).setEnv(List.of(new EnvVar("WORKERS", "1", null)));
        var live = rendered(template);
        controller(live).getEnv().getFirst().setValue("1000m");

        assertThat(DaemonSetDrift.asRendered(live, rendered(template))).isFalse();
    }

    @Test
    void aZeroIsLeftOutByTheApiServer() {
        var template = plainNginx();
        controller(template).setEnv(List.of(new EnvVar("EMPTY", "", null)));
        var desired = DaemonSetRendering.render(Templates.input(
                template,
                ControllerSpec.defaults(),
                RolloutSpec.defaults().withMinReadySeconds(0),
                Map.of(),
                false,
                Duration.ZERO));
        var live = CanonicalJson.copy(desired, DaemonSet.class);
        live.getSpec().setMinReadySeconds(null);
        controller(live).getEnv().getFirst().setValue(null);

        assertThat(DaemonSetDrift.asRendered(live, desired)).isTrue();
    }

    static List<Arguments> whatOtherWritersMayAdd() {
        return List.of(
                change("a label", d -> d.getMetadata().getLabels().put("team", "edge")),
                change(
                        "an annotation",
                        d -> d.getMetadata().getAnnotations().put("deprecated.daemonset.template.generation", "2")),
                change(
                        "a restart",
                        d -> d.getSpec()
                                .getTemplate()
                                .getMetadata()
                                .getAnnotations()
                                .put("restarted", "now")),
                change("a variable in front", d -> controller(d).getEnv().addFirst(new EnvVar("TZ", "UTC", null))),
                change(
                        "a sidecar",
                        d -> d.getSpec().getTemplate().getSpec().getContainers().addFirst(controller(plainNginx()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatOtherWritersMayAdd")
    void whatApplyWouldNotRemoveIsNoDrift(String what, Consumer<DaemonSet> change) {
        assertThat(DaemonSetDrift.asRendered(changed(change), rendered(ack()))).isTrue();
    }

    static List<Arguments> whatIsOurs() {
        return List.of(
                change("image", d -> controller(d).setImage("other")),
                change("an argument more", d -> controller(d).getArgs().add("--v=5")),
                change("an argument less", d -> controller(d).getArgs().removeLast()),
                change(
                        "arguments in another order",
                        d -> controller(d)
                                .getArgs()
                                .addFirst(controller(d).getArgs().removeLast())),
                change("a variable less", d -> controller(d).getEnv().removeLast()),
                change(
                        "a label less",
                        d -> d.getSpec().getTemplate().getMetadata().getLabels().remove("app")),
                change(
                        "managed by somebody else",
                        d -> d.getMetadata().getLabels().put("app.kubernetes.io/managed-by", "Helm")),
                change("the hash", d -> d.getMetadata().getAnnotations().put("ingresstier.io/template", "0")),
                change("another tier", d -> d.getMetadata().getAnnotations().put("ingresstier.io/tier-uid", "0")),
                change("grace", d -> d.getSpec().getTemplate().getSpec().setTerminationGracePeriodSeconds(30L)),
                change("hook", d -> controller(d).setLifecycle(null)),
                change(
                        "node selector wider",
                        d -> d.getSpec()
                                .getTemplate()
                                .getSpec()
                                .getNodeSelector()
                                .remove("node-role.kubernetes.io/ingress")),
                change(
                        "node selector narrower",
                        d -> d.getSpec()
                                .getTemplate()
                                .getSpec()
                                .getNodeSelector()
                                .put("zone", "a")),
                change(
                        "a toleration more",
                        d -> d.getSpec()
                                .getTemplate()
                                .getSpec()
                                .getTolerations()
                                .addFirst(d.getSpec()
                                        .getTemplate()
                                        .getSpec()
                                        .getTolerations()
                                        .getFirst())),
                change("update strategy", d -> d.getSpec().getUpdateStrategy().setType("OnDelete")),
                change("minReadySeconds", d -> d.getSpec().setMinReadySeconds(0)),
                change(
                        "selector",
                        d -> d.getSpec().getSelector().getMatchLabels().put("app", "ingress-nginx")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatIsOurs")
    void whatApplyWouldPutBackIsDrift(String what, Consumer<DaemonSet> change) {
        assertThat(DaemonSetDrift.asRendered(changed(change), rendered(ack()))).isFalse();
    }

    @Test
    void aDaemonSetMadeByHandIsToldByItsSelector() {
        var found = changed(d -> d.getSpec().getSelector().setMatchLabels(Map.of("app", "ingress-nginx")));

        assertThat(DaemonSetDrift.selectorAsRendered(found, rendered(ack()))).isFalse();
        assertThat(DaemonSetDrift.selectorAsRendered(defaulted(rendered(ack())), rendered(ack())))
                .isTrue();
    }

    private static Arguments change(String what, Consumer<DaemonSet> change) {
        return Arguments.of(what, change);
    }

    private static DaemonSet changed(Consumer<DaemonSet> change) {
        var live = defaulted(rendered(ack()));
        change.accept(live);
        return live;
    }

    /** With what the API server and the DaemonSet controller add to an object that was applied. */
    private static DaemonSet defaulted(DaemonSet applied) {
        var live = CanonicalJson.copy(applied, DaemonSet.class);
        live.getMetadata().setUid("9c1e");
        live.getMetadata().setResourceVersion("4711");
        live.getMetadata().setGeneration(1L);
        live.getMetadata().setCreationTimestamp("2026-05-04T00:00:00Z");
        live.getSpec().setRevisionHistoryLimit(10);
        var spec = live.getSpec().getTemplate().getSpec();
        spec.setDnsPolicy("ClusterFirst");
        spec.setRestartPolicy("Always");
        spec.setSchedulerName("default-scheduler");
        spec.setSecurityContext(new PodSecurityContext());
        for (var container : spec.getContainers()) {
            container.setTerminationMessagePath("/dev/termination-log");
            container.setTerminationMessagePolicy("File");
            container.setImagePullPolicy("IfNotPresent");
            container.getPorts().forEach(port -> port.setProtocol("TCP"));
        }
        live.setStatus(new DaemonSetStatusBuilder().withNumberReady(2).build());
        return live;
    }
}
