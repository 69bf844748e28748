package io.ingresstier.workload;

import static io.ingresstier.workload.Templates.controller;
import static io.ingresstier.workload.Templates.overlay;
import static io.ingresstier.workload.Templates.plainNginx;
import static io.ingresstier.workload.Templates.rendered;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.ingresstier.api.NodeLabel;
import io.ingresstier.world.Marks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The drain guard's objects: small, harmless, where the members are and nowhere else. */
class AnchorRenderingTest {

    private static AnchorRendering.Input input(DaemonSet workload, int replicas) {
        return new AnchorRendering.Input("default", "3f8a", workload, NodeLabel.defaults(), replicas);
    }

    private static Deployment anchors(DaemonSet workload) {
        return AnchorRendering.anchors(input(workload, 3)).orElseThrow();
    }

    private static PodSpec pod(DaemonSet workload) {
        return anchors(workload).getSpec().getTemplate().getSpec();
    }

    @Test
    void anAnchorRunsTheIngressPodsImageAndNothingOfItsRights() {
        var template = plainNginx();
        template.getSpec().setServiceAccountName("ingress");
        template.getSpec().setImagePullSecrets(List.of(new LocalObjectReference("registry")));
        template.getSpec().setHostNetwork(true);
        DaemonSet workload = rendered(template);
        PodSpec pod = pod(workload);
        var container = pod.getContainers().getFirst();
        assertThat(container.getImage()).isEqualTo(controller(workload).getImage());
        assertThat(container.getCommand()).containsExactly("sleep", "infinity");
        assertThat(container.getPorts()).isEmpty();
        assertThat(container.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(pod.getServiceAccountName()).isEqualTo("ingress");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getImagePullSecrets()).containsExactly(new LocalObjectReference("registry"));
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(pod.getVolumes()).isEmpty();
    }

    @Test
    void oneRunsOnEachNodeWithTheRoleLabelWhateverTheTiersTaint() {
        PodSpec pod = pod(rendered(plainNginx()));
        assertThat(pod.getNodeSelector()).isEqualTo(Map.of("node-role.kubernetes.io/ingress", "true"));
        assertThat(pod.getTolerations()).extracting(Toleration::getKey).contains("node-role.kubernetes.io/ingress");
        var apart = pod.getAffinity()
                .getPodAntiAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .getFirst();
        assertThat(apart.getTopologyKey()).isEqualTo("kubernetes.io/hostname");
        assertThat(apart.getLabelSelector().getMatchLabels()).isEqualTo(Map.of(Marks.ANCHOR, "default"));
    }

    @Test
    void noTolerationOfACordonIsInherited() {
        var everything = new TolerationBuilder().withOperator("Exists").build();
        var cordon = new TolerationBuilder()
                .withKey("node.kubernetes.io/unschedulable")
                .withOperator("Exists")
                .build();
        var pool = new TolerationBuilder()
                .withKey("pool")
                .withOperator("Equal")
                .withValue("edge")
                .withEffect("NoSchedule")
                .build();
        var workload = rendered(plainNginx(), overlay(null, null, List.of(), List.of(everything, cordon, pool), null));
        assertThat(pod(workload).getTolerations()).contains(pool).doesNotContain(everything, cordon);
    }

    @Test
    void whatMakesATierPodOneAnAnchorHasNot() {
        var deployment = anchors(rendered(plainNginx()));
        var labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(labels).containsOnlyKeys(Marks.ANCHOR, Marks.HELD);
        assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(Map.of(Marks.ANCHOR, "default"));
    }

    @Test
    void theBudgetLetsNoHeldAnchorGo() {
        var budget = AnchorRendering.budget(input(rendered(plainNginx()), 3));
        assertThat(budget.getSpec().getMaxUnavailable()).isEqualTo(new IntOrString(0));
        assertThat(budget.getSpec().getSelector().getMatchLabels())
                .isEqualTo(Map.of(Marks.ANCHOR, "default", Marks.HELD, "true"));
    }

    @Test
    void anotherNumberOfReplicasIsADifferenceAndRestartsNoAnchor() {
        var workload = rendered(plainNginx());
        var three = anchors(workload);
        var four = AnchorRendering.anchors(input(workload, 4)).orElseThrow();
        assertThat(AnchorDrift.asRendered(three, three)).isTrue();
        assertThat(AnchorDrift.asRendered(three, four)).isFalse();
        assertThat(four.getSpec().getTemplate()).isEqualTo(three.getSpec().getTemplate());
    }

    @Test
    void whatTheServerAndOthersAddIsNoDifferenceAndABudgetThatAllowsOneIs() {
        var deployment = anchors(rendered(plainNginx()));
        var live = new DeploymentBuilder(deployment)
                .editMetadata()
                .addToAnnotations("deployment.kubernetes.io/revision", "1")
                .endMetadata()
                .editSpec()
                .withRevisionHistoryLimit(10)
                .endSpec()
                .build();
        assertThat(AnchorDrift.asRendered(live, deployment)).isTrue();
        var budget = AnchorRendering.budget(input(rendered(plainNginx()), 3));
        var loosened = new PodDisruptionBudgetBuilder(budget)
                .editSpec()
                .withNewMaxUnavailable(1)
                .endSpec()
                .build();
        assertThat(AnchorDrift.asRendered(loosened, budget)).isFalse();
    }
}
