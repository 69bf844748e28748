package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodView;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The anchors of a played cluster: their ReplicaSet, the scheduler, and the API server that takes an eviction or lets
 * it wait.
 */
final class SimulatedAnchors {

    private static final String OWNER = "ReplicaSet/anchors";

    private final SimulatedPlatform platform;
    private final SimulatedCluster cluster;
    /** Nodes on which no anchor becomes ready. */
    final Set<String> broken = new HashSet<>();
    /** Whether the ReplicaSet's controller is refused every pod, as by a quota. */
    boolean refused;
    /** Whether the next anchor too many that goes is another than the one that was to go. */
    boolean picksTheWrongOne;

    SimulatedAnchors(SimulatedPlatform platform) {
        this.platform = platform;
        this.cluster = platform.cluster;
    }

    /** What the API server makes of an apply. */
    void apply(Deployment anchors) {
        cluster.anchorage = cluster.anchorage.withAnchors(Optional.of(new DeploymentBuilder(anchors)
                .editMetadata()
                .withResourceVersion(cluster.next())
                .withCreationTimestamp(cluster.anchorage
                        .anchors()
                        .map(a -> a.getMetadata().getCreationTimestamp())
                        .orElse(cluster.now.toString()))
                .endMetadata()
                .build()));
    }

    void apply(PodDisruptionBudget budget) {
        cluster.anchorage = cluster.anchorage.withBudget(Optional.of(new PodDisruptionBudgetBuilder(budget)
                .editMetadata()
                .withResourceVersion(cluster.next())
                .endMetadata()
                .build()));
    }

    boolean owns(PodView pod) {
        return pod.owner().equals(OWNER);
    }

    boolean fails(PodView pod) {
        return owns(pod) && broken.contains(pod.nodeName());
    }

    /** Every anchor that is not on its way out. */
    List<PodView> alive() {
        return platform.alive().filter(this::owns).toList();
    }

    /** The anchor on a node. */
    Optional<PodView> on(String node) {
        return alive().stream().filter(p -> p.nodeName().equals(node)).findFirst();
    }

    /** Nodes with an anchor that is held. */
    List<String> held() {
        return alive().stream()
                .filter(p -> p.labels().containsKey(Marks.HELD))
                .map(PodView::nodeName)
                .sorted()
                .toList();
    }

    void follow() {
        int wanted =
                cluster.anchorage.anchors().map(d -> d.getSpec().getReplicas()).orElse(0);
        // As a ReplicaSet ranks them: unbound, unready, cheap.
        var running = alive().stream()
                .sorted(Comparator.comparing((PodView p) -> !p.nodeName().isEmpty())
                        .thenComparing(PodView::ready)
                        .thenComparing(p -> picksTheWrongOne == p.annotations().containsKey(Marks.DELETION_COST))
                        .thenComparing(p -> !p.annotations().containsKey(Marks.DELETION_COST))
                        .thenComparing(PodView::key))
                .toList();
        for (int i = 0; i < running.size() - wanted; i++) {
            picksTheWrongOne = false;
            end(running.get(i));
        }
        for (int i = running.size(); i < wanted && !refused; i++) {
            var template = cluster.anchorage.anchors().orElseThrow().getSpec().getTemplate();
            platform.start("anchor", template.getMetadata().getLabels(), free().orElse(""), OWNER);
        }
        alive().stream().filter(p -> p.nodeName().isEmpty()).forEach(this::schedule);
    }

    private void end(PodView anchor) {
        if (anchor.nodeName().isEmpty()) {
            cluster.pods.remove(anchor.key());
        } else {
            platform.stop(anchor);
        }
    }

    private void schedule(PodView pending) {
        free().ifPresent(node -> {
            cluster.pods.remove(pending.key());
            platform.start("anchor", pending.labels(), node, OWNER);
        });
    }

    /** A node with the role label, open to new pods, without an anchor. */
    private Optional<String> free() {
        return cluster.nodes.values().stream()
                .filter(n -> n.labelled(ClusterScenario.ROLE, "true") && n.ready() && !n.unschedulable())
                .filter(n -> n.taints().stream()
                        .noneMatch(t -> t.keepsOff() && !t.key().equals(ClusterScenario.ROLE)))
                .map(NodeView::name)
                .filter(n -> cluster.pods.values().stream()
                        .noneMatch(p -> owns(p) && p.nodeName().equals(n)))
                .findFirst();
    }

    /**
     * What {@code kubectl drain} asks for once the node is cordoned; whether nothing that it must evict is left.
     *
     * @param node cordoned
     */
    boolean evict(String node) {
        Optional<PodView> anchor = on(node);
        boolean waits = anchor.filter(p -> p.labels().containsKey(Marks.HELD)).isPresent()
                && cluster.anchorage.budget().isPresent();
        if (!waits) {
            anchor.ifPresent(platform::stop);
            platform.react();
        }
        return !waits;
    }
}
