package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.workload.HostPorts;
import io.ingresstier.world.Edits;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeTaint;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether a node can become a member, and what of that a member must still satisfy. */
final class Eligibility {

    /**
     * Taints by which an autoscaler announces that it is about to remove the node: cluster-autoscaler and Karpenter.
     */
    private static final Set<String> REMOVAL_TAINTS =
            Set.of("ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted", "karpenter.sh/disruption");

    /**
     * What the DaemonSet controller lets every pod of a DaemonSet tolerate; not that a node is short of something, for
     * its kubelet then turns new pods away or evicts them.
     */
    private static final Set<String> TOLERATED_BY_DAEMON_SETS = Set.of(
            "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable", "node.kubernetes.io/unschedulable");

    private static final String LEGACY_CONTROL_PLANE = "node-role.kubernetes.io/master";

    private final World world;
    private final TrafficView traffic;
    private final Optional<DaemonSet> desired;
    private final Set<String> incumbentNodes;

    Eligibility(World world, TrafficView traffic, Optional<DaemonSet> desired) {
        this.world = world;
        this.traffic = traffic;
        this.desired = desired;
        this.incumbentNodes =
                world.incumbentPods().stream().map(PodView::nodeName).collect(Collectors.toSet());
    }

    /** Why the node cannot become a member, as the end of a sentence; empty if it can. */
    Optional<String> objection(NodeView node) {
        if (!selected(node)) {
            return Optional.of("not selected");
        }
        if (!node.ready()) {
            return Optional.of("not Ready");
        }
        if (node.unschedulable()) {
            return Optional.of("cordoned");
        }
        if (node.terminating()) {
            return Optional.of("being deleted");
        }
        return claimedByAnother(node)
                .or(() -> traffic.rules().unfit(node))
                .or(() -> taint(node))
                .or(() -> template(node));
    }

    /** Whether the provider keeps the member out of its balancers, other than by our own word. */
    boolean excluded(Member member) {
        NodeView node = member.excludedAt().isEmpty()
                ? member.node()
                : member.node().with(Edits.of(Map.of(Marks.EXCLUDE, Optional.empty()), Map.of()));
        return traffic.rules().unfit(node).isPresent();
    }

    /** Whether an autoscaler has announced that it is about to remove the node. */
    static boolean removal(NodeView node) {
        return node.taints().stream().map(NodeTaint::key).anyMatch(REMOVAL_TAINTS::contains);
    }

    boolean selected(NodeView node) {
        LabelSelector selector = world.tier().getSpec().nodes().selector();
        boolean controlPlane =
                node.labels().containsKey(Marks.CONTROL_PLANE) || node.labels().containsKey(LEGACY_CONTROL_PLANE);
        if (selector == null) {
            return !controlPlane;
        }
        boolean named =
                LabelMatch.names(selector, Marks.CONTROL_PLANE) || LabelMatch.names(selector, LEGACY_CONTROL_PLANE);
        return LabelMatch.matches(selector, node.labels()) && (!controlPlane || named);
    }

    private Optional<String> claimedByAnother(NodeView node) {
        return Optional.ofNullable(node.annotations().get(Marks.TIER))
                .filter(tier -> !tier.equals(world.name()))
                .or(() -> world.claims().stream()
                        .filter(c -> node.labelled(c.labelKey(), c.labelValue()))
                        .map(c -> c.tier())
                        .findFirst())
                .map(tier -> "belongs to tier " + tier);
    }

    private Optional<String> taint(NodeView node) {
        return node.taints().stream()
                .filter(t -> REMOVAL_TAINTS.contains(t.key()) || keepsPodsAway(t))
                .map(t -> "tainted " + t.key())
                .findFirst();
    }

    private boolean keepsPodsAway(NodeTaint taint) {
        if (taint.effect().equals("PreferNoSchedule") || TOLERATED_BY_DAEMON_SETS.contains(taint.key())) {
            return false;
        }
        List<Toleration> tolerations = podSpec()
                .map(PodSpec::getTolerations)
                .map(t -> Objects.requireNonNullElse(t, List.<Toleration>of()))
                .orElse(List.of());
        return tolerations.stream().noneMatch(t -> tolerates(t, taint));
    }

    private static boolean tolerates(Toleration toleration, NodeTaint taint) {
        boolean everything = toleration.getKey() == null || toleration.getKey().isEmpty();
        boolean key = everything || taint.key().equals(toleration.getKey());
        boolean effect = toleration.getEffect() == null
                || toleration.getEffect().isEmpty()
                || taint.effect().equals(toleration.getEffect());
        boolean value = "Exists".equals(toleration.getOperator())
                || (!everything && taint.value().equals(Objects.requireNonNullElse(toleration.getValue(), "")));
        return key && effect && value;
    }

    private Optional<String> template(NodeView node) {
        if (node.annotations().containsKey(Marks.FAILED)
                && desired.map(d -> NodeChoice.failure(world, Situation.template(d)))
                        .filter(failure -> failure.equals(node.annotations().get(Marks.FAILED)))
                        .isPresent()) {
            return Optional.of("its pod did not become ready before");
        }
        Map<String, String> wanted = new TreeMap<>(podSpec()
                .map(PodSpec::getNodeSelector)
                .map(s -> Objects.requireNonNullElse(s, Map.<String, String>of()))
                .orElse(Map.of()));
        wanted.remove(world.tier().getSpec().nodes().label().key());
        if (!node.labels().entrySet().containsAll(wanted.entrySet())) {
            return Optional.of("not matched by the pods' node selector " + wanted);
        }
        boolean hostPorts = desired.map(d -> HostPorts.blocksNode(d.getSpec().getTemplate()))
                .orElse(false);
        return hostPorts && incumbentNodes.contains(node.name())
                ? Optional.of("its host ports are taken by a pod of the incumbent")
                : Optional.empty();
    }

    private Optional<PodSpec> podSpec() {
        return desired.map(d -> d.getSpec().getTemplate().getSpec());
    }
}
