package io.ingresstier.history;

import io.ingresstier.world.EndpointView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The cluster at one revision as one tier is concerned.
 *
 * @param now what each balancer Service reaches
 * @param inTheEnd what of it is left once everybody has followed the objects as they are: what a write dooms is gone,
 *     and nothing is added
 */
record Picture(World world, Map<ObjectKey, Answering> now, Map<ObjectKey, Answering> inTheEnd) {

    static Picture of(World world) {
        return new Picture(world, Answering.of(world), Answering.of(followed(world)));
    }

    /** Balancer Services that the tier lists or that select its pods. */
    List<ServiceView> guarded() {
        var pods = world.tierPods();
        return world.services().values().stream()
                .filter(ServiceView::loadBalancer)
                .filter(s -> world.listed().contains(s.key())
                        || pods.stream()
                                .anyMatch(p ->
                                        p.key().namespace().equals(s.key().namespace()) && p.matches(s.selector())))
                .toList();
    }

    /** Balancer Services that the tier does not serve. */
    List<ServiceView> strangers() {
        var guarded = guarded();
        return world.services().values().stream()
                .filter(ServiceView::loadBalancer)
                .filter(s -> !guarded.contains(s))
                .toList();
    }

    /** How much the tier's Services must keep. */
    int floor() {
        var nodes = world.tier().getSpec().nodes();
        int members = nodes.replicas();
        int minimum = Math.min(members, Objects.requireNonNullElse(nodes.minAvailable(), Math.max(1, members - 1)));
        if (!world.goesBack()) {
            return minimum;
        }
        long incumbents = world.incumbentPods().stream()
                .filter(PodView::serving)
                .map(PodView::nodeName)
                .distinct()
                .count();
        return (int) Math.max(leavesNothing() ? 0 : 1, Math.min(minimum, incumbents));
    }

    /**
     * Whether nothing served before the tier that is being deleted; its record goes once nothing is marked any more.
     */
    private boolean leavesNothing() {
        return world.deleted()
                && world.originals()
                        .map(o -> o.incumbentReplicas().orElse(0) == 0)
                        .orElseGet(() -> world.written().isEmpty());
    }

    /** Whether the node carries the role label. */
    boolean labelled(String node) {
        var label = world.tier().getSpec().nodes().label();
        return Optional.ofNullable(world.nodes().get(node))
                .filter(n -> n.labelled(label.key(), label.value()))
                .isPresent();
    }

    /** Whether a new connection through any balancer can come to this pod. */
    boolean reaches(PodView pod) {
        return now.values().stream().anyMatch(a -> a.reaches(pod.key()));
    }

    /** Whether the pod stops by what the objects say already. */
    static boolean doomed(World world, PodView pod) {
        if (pod.terminating()) {
            return true;
        }
        if (world.tierPods().contains(pod)) {
            var label = world.tier().getSpec().nodes().label();
            NodeView node = world.nodes().get(pod.nodeName());
            return node == null
                    || !node.labelled(label.key(), label.value())
                    || world.workload()
                            .filter(w -> w.getMetadata().getDeletionTimestamp() == null)
                            .isEmpty();
        }
        return world.incumbentPods().contains(pod)
                && world.incumbent().filter(i -> i.replicas() == 0).isPresent();
    }

    private static World followed(World world) {
        var pods = world.pods().stream()
                .filter(p -> world.nodes().containsKey(p.nodeName()) && !doomed(world, p))
                .toList();
        Map<ObjectKey, PodView> byKey = pods.stream().collect(Collectors.toMap(PodView::key, Function.identity()));
        Set<String> known = world.pods().stream().map(p -> p.key().namespace()).collect(Collectors.toSet());
        var slices = world.slices().stream()
                .map(slice -> slice.keeping(
                        e -> stays(e, Optional.ofNullable(world.services().get(slice.service())), known, byKey)))
                .toList();
        return world.withPods(pods).withSlices(slices);
    }

    private static boolean stays(
            EndpointView endpoint, Optional<ServiceView> service, Set<String> known, Map<ObjectKey, PodView> pods) {
        if (endpoint.pod().filter(p -> known.contains(p.namespace())).isEmpty()) {
            return true;
        }
        PodView pod = pods.get(endpoint.pod().get());
        return pod != null
                && pod.serving()
                && service.filter(s -> pod.matches(s.selector())).isPresent();
    }
}
