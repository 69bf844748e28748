package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What becomes of the anchors in a {@link Reaction}: as many run as are asked for, each on a member of its own. */
final class AnchorPods {

    private AnchorPods() {}

    /** The picture in which anchors have followed their Deployment. */
    static World follow(World world) {
        var others = new ArrayList<>(world.pods());
        others.removeAll(world.anchorPods());
        var anchors = new ArrayList<>(world.anchorPods());
        anchors.removeIf(p -> p.terminating() || !world.nodes().containsKey(p.nodeName()));
        Optional<Deployment> wanted = world.anchorage().anchors();
        int replicas = wanted.map(d -> Objects.requireNonNullElse(d.getSpec().getReplicas(), 1))
                .orElse(0);
        // A ReplicaSet gives up the cheapest first.
        anchors.sort(Comparator.comparing(AnchorPods::cost).reversed().thenComparing(PodView::key));
        while (anchors.size() > replicas) {
            anchors.removeLast();
        }
        wanted.ifPresent(d -> grow(world, d, replicas, anchors));
        if (List.copyOf(world.anchorPods()).containsAll(anchors)
                && anchors.size() == world.anchorPods().size()) {
            return world;
        }
        others.addAll(anchors);
        return world.withPods(others);
    }

    private static int cost(PodView anchor) {
        return anchor.annotations().containsKey(Marks.DELETION_COST) ? -1 : 0;
    }

    private static void grow(World world, Deployment wanted, int replicas, List<PodView> anchors) {
        var label = world.tier().getSpec().nodes().label();
        var key = ObjectKey.of(wanted);
        for (NodeView node : world.nodes().values()) {
            boolean fits = node.labelled(label.key(), label.value()) && node.ready() && !node.unschedulable();
            boolean free = anchors.stream().noneMatch(p -> p.nodeName().equals(node.name()));
            if (fits && free && anchors.size() < replicas) {
                anchors.add(new PodView(
                        new ObjectKey(key.namespace(), key.name() + "-" + node.name()),
                        "",
                        "",
                        Map.of(Marks.ANCHOR, world.name(), Marks.HELD, "true"),
                        Map.of(),
                        node.name(),
                        "",
                        true,
                        Optional.of(world.now()),
                        "ReplicaSet/" + key.name(),
                        false));
            }
        }
    }
}
