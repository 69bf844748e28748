package io.ingresstier.workload;

import static io.ingresstier.workload.Templates.ack;
import static io.ingresstier.workload.Templates.controller;
import static io.ingresstier.workload.Templates.input;
import static io.ingresstier.workload.Templates.overlay;
import static io.ingresstier.workload.Templates.plainNginx;
import static io.ingresstier.workload.Templates.rendered;
import static io.ingresstier.workload.Templates.renderedPodDirect;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.RolloutSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DaemonSetRenderingTest {

    @Test
    void theSelectorIsTheTierAlone() {
        var daemonSet = rendered(ack());

        assertThat(daemonSet.getMetadata().getNamespace()).isEqualTo("kube-system");
        assertThat(daemonSet.getMetadata().getName()).isEqualTo("nginx-ingress-controller");
        assertThat(daemonSet.getSpec().getSelector().getMatchLabels())
                .containsExactly(Map.entry("ingresstier.io/tier", "default"));
        assertThat(daemonSet.getMetadata().getLabels())
                .containsOnly(
                        Map.entry("ingresstier.io/tier", "default"),
                        Map.entry("app.kubernetes.io/managed-by", "ingresstier-operator"));
        assertThat(daemonSet.getMetadata().getAnnotations())
                .containsEntry("ingresstier.io/tier-uid", "3f8a")
                .containsEntry("ingresstier.io/rendering", "2")
                .containsOnlyKeys(
                        "ingresstier.io/tier-uid",
                        "ingresstier.io/rendering",
                        "ingresstier.io/template",
                        "ingresstier.io/source");
    }

    @Test
    void podsCarryTheIncumbentsLabelsAndTheTierButNoRevision() {
        var daemonSet = DaemonSetRendering.render(input(
                ack(),
                ControllerSpec.defaults(),
                RolloutSpec.defaults(),
                Map.of(
                        "app",
                        "ingress-nginx",
                        "service",
                        "lb",
                        "pod-template-hash",
                        "77",
                        "ingresstier.io/template",
                        "of another tier"),
                false,
                Duration.ZERO));

        assertThat(daemonSet.getSpec().getTemplate().getMetadata().getLabels())
                .containsOnly(
                        Map.entry("app", "ingress-nginx"),
                        Map.entry("service", "lb"),
                        Map.entry("ingresstier.io/tier", "default"),
                        Map.entry("ingresstier.io/template", revision(daemonSet)));
    }

    @Test
    void podsSayWhichTemplateTheyWereMadeFromAndAnotherTemplateSaysSomethingElse() {
        var changed = ack();
        changed.getSpec().getContainers().getFirst().setImage("nginx:new");

        assertThat(revision(rendered(ack())))
                .matches("[0-9a-f]{16}")
                .isEqualTo(revision(rendered(ack())))
                .isEqualTo(rendered(ack())
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels()
                        .get("ingresstier.io/template"))
                .isNotEqualTo(revision(rendered(changed)));
    }

    private static String revision(DaemonSet daemonSet) {
        return daemonSet.getMetadata().getAnnotations().get("ingresstier.io/template");
    }

    @Test
    void annotationsOfThePodsAreInheritedThatOfARestartToo() {
        assertThat(rendered(ack()).getSpec().getTemplate().getMetadata().getAnnotations())
                .isEqualTo(ack().getMetadata().getAnnotations())
                .containsKey("kubectl.kubernetes.io/restartedAt");
    }

    @Test
    void podsArePinnedToTheTiersNodesAndNotKeptApart() {
        var spec = rendered(ack()).getSpec().getTemplate().getSpec();

        assertThat(spec.getNodeSelector())
                .containsOnly(
                        Map.entry("kubernetes.io/os", "linux"), Map.entry("node-role.kubernetes.io/ingress", "true"));
        assertThat(spec.getAffinity().getNodeAffinity())
                .isEqualTo(ack().getSpec().getAffinity().getNodeAffinity());
        assertThat(spec.getAffinity().getPodAntiAffinity()).isNull();
        assertThat(spec.getAffinity().getPodAffinity()).isNull();
        assertThat(spec.getTopologySpreadConstraints()).isEmpty();
    }

    @Test
    void anAffinityOfWhichNothingIsLeftIsGone() {
        var template = ack();
        template.getSpec().getAffinity().setNodeAffinity(null);

        assertThat(rendered(template).getSpec().getTemplate().getSpec().getAffinity())
                .isNull();
    }

    @Test
    void whatBindsTheIncumbentToOneNodeIsNotInherited() {
        var template = ack();
        template.getSpec().setNodeName("cn-hangzhou.10.0.0.1");
        template.getSpec().setHostname("ingress");

        var spec = rendered(template).getSpec().getTemplate().getSpec();

        assertThat(spec.getNodeName()).isNull();
        assertThat(spec.getHostname()).isNull();
        assertThat(spec.getSchedulerName()).isEqualTo("default-scheduler");
    }

    @Test
    void theTiersTaintIsToleratedAndNoTolerationIsThereTwice() {
        var template = ack();
        var own = new TolerationBuilder()
                .withKey("node-role.kubernetes.io/ingress")
                .withValue("true")
                .withEffect("NoSchedule")
                .build();
        var spot =
                new TolerationBuilder().withKey("spot").withOperator("Exists").build();
        template.getSpec().getTolerations().add(own);

        var tolerations = rendered(template, overlay(null, null, List.of(), List.of(spot, spot), null))
                .getSpec()
                .getTemplate()
                .getSpec()
                .getTolerations();

        assertThat(tolerations).hasSize(3).endsWith(own, spot);
        assertThat(rendered(plainNginx()).getSpec().getTemplate().getSpec().getTolerations())
                .extracting(t -> t.getKey() + "=" + t.getValue() + ":" + t.getEffect())
                .containsExactly("node-role.kubernetes.io/ingress=true:NoSchedule");
    }

    @Test
    void theOverlayIsLaidOverTheControllersContainerOnly() {
        var template = ack();
        template.getSpec()
                .getContainers()
                .addFirst(plainNginx().getSpec().getContainers().getFirst());
        template.getSpec().getContainers().getFirst().setPorts(List.of());
        template.getSpec().setPriority(2000001000);
        var resources = new ResourceRequirementsBuilder()
                .addToLimits("memory", new Quantity("1Gi"))
                .build();

        var spec = rendered(template, overlay("nginx:new", resources, List.of("--v=3"), List.of(), "ingress"))
                .getSpec()
                .getTemplate()
                .getSpec();

        assertThat(spec.getContainers().get(0).getImage()).isEqualTo("nginx:1.29-alpine");
        assertThat(spec.getContainers().get(0).getArgs()).isEmpty();
        assertThat(spec.getContainers().get(1).getImage()).isEqualTo("nginx:new");
        assertThat(spec.getContainers().get(1).getResources()).isEqualTo(resources);
        assertThat(spec.getPriorityClassName()).isEqualTo("ingress");
        assertThat(spec.getPriority()).isNull();
    }

    @Test
    void anExtraArgumentReplacesTheInheritedOneOfTheSameFlag() {
        var template = ack();
        controller(template).getArgs().addAll(List.of("--sync-period", "10s"));

        var args = controller(
                        rendered(template, overlay(null, null, List.of("--v=3", "--sync-period=1s"), List.of(), null)))
                .getArgs();

        assertThat(args)
                .doesNotContain("--v=2", "--sync-period", "10s")
                .startsWith("/nginx-ingress-controller", "--election-id=ingress-controller-leader-nginx")
                .endsWith("--v=3", "--sync-period=1s", "--update-status-on-shutdown=false");
    }

    @Test
    void theUpdateStrategySurgesWhereTwoPodsFitOnANode() {
        var strategy = rendered(ack()).getSpec().getUpdateStrategy();

        assertThat(strategy.getType()).isEqualTo("RollingUpdate");
        assertThat(strategy.getRollingUpdate().getMaxSurge()).isEqualTo(new IntOrString(1));
        assertThat(strategy.getRollingUpdate().getMaxUnavailable()).isEqualTo(new IntOrString(0));
    }

    @Test
    void hostPortsLeaveTheRestartsToTheOperator() {
        var template = ack();
        controller(template).getPorts().getFirst().setHostPort(80);

        var strategy = rendered(template).getSpec().getUpdateStrategy();

        assertThat(strategy.getType()).isEqualTo("OnDelete");
        assertThat(strategy.getRollingUpdate()).isNull();
    }

    @Test
    void podDirectTheRolloutWaitsForTheBalancer() {
        assertThat(rendered(ack()).getSpec().getMinReadySeconds()).isEqualTo(10);
        assertThat(renderedPodDirect(ack(), Duration.ofMillis(30_500)).getSpec().getMinReadySeconds())
                .isEqualTo(31);
        assertThat(renderedPodDirect(ack(), Duration.ofSeconds(4)).getSpec().getMinReadySeconds())
                .isEqualTo(10);
    }

    @Test
    void theInputIsNeverChangedAndNothingIsShared() {
        var template = ack();
        var daemonSet = rendered(template);
        daemonSet.getSpec().getTemplate().getSpec().getVolumes().clear();
        controller(daemonSet).getResources().getRequests().get("cpu").setAmount("7");

        assertThat(template).isEqualTo(ack());
    }

    @Test
    void theSameInputGivesTheSameHashesAndAnotherTemplateOthers() {
        var one = rendered(ack()).getMetadata().getAnnotations();
        var template = ack();
        controller(template).setImage("other");
        var other = rendered(template).getMetadata().getAnnotations();

        assertThat(rendered(ack()).getMetadata().getAnnotations()).isEqualTo(one);
        assertThat(other.get("ingresstier.io/template")).hasSize(16).isNotEqualTo(one.get("ingresstier.io/template"));
        assertThat(other.get("ingresstier.io/source")).isNotEqualTo(one.get("ingresstier.io/source"));
    }

    @Test
    void aVariableSetTwiceKeepsItsLastValue() {
        var template = plainNginx();
        var container = controller(template);
        container.setEnv(List.of(variable("A", "1"), variable("B", "2"), variable("A", "3")));

        assertThat(controller(rendered(template)).getEnv()).containsExactly(variable("B", "2"), variable("A", "3"));
    }

    @Test
    void anEmptyTemplateDoesNotBreakTheRendering() {
        var template = new PodTemplateSpec();
        template.setMetadata((ObjectMeta) null);

        assertThat(rendered(template).getSpec().getTemplate().getMetadata().getLabels())
                .containsOnlyKeys("ingresstier.io/tier", "ingresstier.io/template");
    }

    private static EnvVar variable(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }
}
