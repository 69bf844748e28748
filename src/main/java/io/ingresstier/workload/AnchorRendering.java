package io.ingresstier.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.ingresstier.api.NodeLabel;
import io.ingresstier.world.Anchorage;
import io.ingresstier.world.Marks;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects of the drain guard, as they are sent by server-side apply. */
public final class AnchorRendering {

    /** No matter which: the container does nothing but exist, and reads no file that is not everybody's. */
    private static final long NOBODY = 65534;

    private static final String HELD = "true";

    private AnchorRendering() {}

    /**
     * All that the anchors depend on.
     *
     * @param workload the tier's DaemonSet, whose image is on the members already
     * @param replicas how many members are to have one
     */
    public record Input(String tier, String tierUid, DaemonSet workload, NodeLabel nodeLabel, int replicas) {}

    /** The Deployment; empty where the workload has no container to take the image from. */
    public static Optional<Deployment> anchors(Input input) {
        PodSpec pods = input.workload().getSpec().getTemplate().getSpec();
        return ControllerContainer.of(pods)
                .map(container -> template(input, pods, container))
                .map(template -> deployment(input, template))
                .map(deployment -> CanonicalJson.copy(deployment, Deployment.class));
    }

    /**
     * Every eviction of a held anchor is one too many. Held or not is told by a label, and not by a budget that allows
     * one disruption: that would let go whichever is asked for first.
     */
    public static PodDisruptionBudget budget(Input input) {
        return new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withNamespace(input.workload().getMetadata().getNamespace())
                .withName(Anchorage.name(input.tier()))
                .withLabels(labels(input))
                .addToAnnotations(Marks.TIER_UID, input.tierUid())
                .endMetadata()
                .withNewSpec()
                .withNewMaxUnavailable(0)
                .withNewSelector()
                .addToMatchLabels(Marks.ANCHOR, input.tier())
                .addToMatchLabels(Marks.HELD, HELD)
                .endSelector()
                .endSpec()
                .build();
    }

    /** An anchor keeps the next one off its node, so that one goes before its successor comes. */
    private static Deployment deployment(Input input, PodTemplateSpec template) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(input.workload().getMetadata().getNamespace())
                .withName(Anchorage.name(input.tier()))
                .withLabels(labels(input))
                .addToAnnotations(Marks.TIER_UID, input.tierUid())
                .addToAnnotations(Marks.TEMPLATE, CanonicalJson.hash(template))
                .endMetadata()
                .withNewSpec()
                .withReplicas(input.replicas())
                .withNewSelector()
                .addToMatchLabels(Marks.ANCHOR, input.tier())
                .endSelector()
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withNewMaxSurge(0)
                .withNewMaxUnavailable(1)
                .endRollingUpdate()
                .endStrategy()
                .withTemplate(template)
                .endSpec()
                .build();
    }

    private static Map<String, String> labels(Input input) {
        return Map.of(Marks.ANCHOR, input.tier(), WorkloadMarks.MANAGED_BY, WorkloadMarks.OPERATOR);
    }

    /**
     * The account is the ingress pods' own for the sake of its pull secrets; its token is not mounted. The first
     * process of a container ignores a signal that it has no handler for, so that waiting for its end is in vain.
     */
    private static PodTemplateSpec template(Input input, PodSpec pods, Container container) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels(Marks.ANCHOR, input.tier())
                .addToLabels(Marks.HELD, HELD)
                .endMetadata()
                .withNewSpec()
                .addToNodeSelector(input.nodeLabel().key(), input.nodeLabel().value())
                .withNewAffinity()
                .withNewPodAntiAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withTopologyKey("kubernetes.io/hostname")
                .withNewLabelSelector()
                .addToMatchLabels(Marks.ANCHOR, input.tier())
                .endLabelSelector()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .endAffinity()
                .withTolerations(tolerations(pods))
                .withPriorityClassName(pods.getPriorityClassName())
                .withServiceAccountName(pods.getServiceAccountName())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withImagePullSecrets(pods.getImagePullSecrets())
                .withTerminationGracePeriodSeconds(1L)
                .withContainers(anchor(container))
                .endSpec()
                .build();
    }

    /**
     * Whoever tolerates everything tolerates a cordon too: an anchor would come back to the node that is drained, held,
     * and be evicted again and again.
     */
    private static List<Toleration> tolerations(PodSpec pods) {
        return pods.getTolerations().stream()
                .filter(t -> t.getKey() != null && !t.getKey().isEmpty())
                .filter(t -> !t.getKey().equals("node.kubernetes.io/unschedulable"))
                .toList();
    }

    private static Container anchor(Container container) {
        return new ContainerBuilder()
                .withName("anchor")
                .withImage(container.getImage())
                .withImagePullPolicy(container.getImagePullPolicy())
                .withCommand("sleep", "infinity")
                .withNewResources()
                .addToRequests(Map.of("cpu", new Quantity("1m"), "memory", new Quantity("8Mi")))
                .addToLimits(Map.of("memory", new Quantity("32Mi")))
                .endResources()
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(NOBODY)
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .build();
    }
}
