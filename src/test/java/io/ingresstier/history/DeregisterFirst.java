package io.ingresstier.history;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceView;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * I3: a pod that a write of the operator's stops has been out of every balancer for the drain window; and one that it
 * takes out of the Services is on a node that no balancer sends to any more.
 */
final class DeregisterFirst implements Judge {

    private final LastReach reach;

    DeregisterFirst(LastReach reach) {
        this.reach = reach;
    }

    @Override
    public String invariant() {
        return "I3";
    }

    @Override
    public Stream<String> see(Change change) {
        if (!change.ours()) {
            return Stream.of();
        }
        return Stream.concat(stops(change), leaves(change));
    }

    /**
     * Where a node loses its last endpoint of a Service whose balancer may still send to it. A dead one has none to
     * lose.
     */
    private Stream<String> leaves(Change change) {
        return change.revision().changed(Pod.class).stream().flatMap(pods -> {
            PodView before = PodView.of(pods.before());
            PodView after = PodView.of(pods.after());
            return change.before().guarded().stream()
                    .filter(s -> before.serving() && selects(s, before) && !selects(s, after))
                    .filter(s -> !dead(change, before.nodeName()))
                    .filter(s -> change.after().world().pods().stream()
                            .filter(p -> p.serving() && p.nodeName().equals(before.nodeName()))
                            .noneMatch(p -> selects(s, p)))
                    .filter(s -> !reach.dropped(change, before.nodeName()))
                    .map(s -> "pod %s leaves %s and its node %s %s, less than the %d s ago that its balancer is given"
                            .formatted(
                                    before.key(),
                                    s.key(),
                                    before.nodeName(),
                                    reach.told(before.nodeName()),
                                    reach.settleBound(change).toSeconds()));
        });
    }

    private static boolean dead(Change change, String node) {
        return Optional.ofNullable(change.before().world().nodes().get(node))
                .filter(n -> n.annotations().containsKey(History.POWER_CUT))
                .isPresent();
    }

    private static boolean selects(ServiceView service, PodView pod) {
        return pod.key().namespace().equals(service.key().namespace()) && pod.matches(service.selector());
    }

    private Stream<String> stops(Change change) {
        return stopped(change)
                .filter(PodView::serving)
                .filter(p -> !reach.drained(change, p))
                .map(p -> "pod %s on %s stops and %s, less than the %d s of the drain window ago"
                        .formatted(
                                p.key(),
                                p.nodeName(),
                                reach.told(p),
                                change.before()
                                        .world()
                                        .tier()
                                        .getSpec()
                                        .rollout()
                                        .drainSeconds()));
    }

    /** The pods that stop because of the write. */
    private static Stream<PodView> stopped(Change change) {
        Revision revision = change.revision();
        var world = change.before().world();
        return switch (revision.object()) {
            case Node node
            when !revision.deleted() -> {
                String name = node.getMetadata().getName();
                yield change.before().labelled(name) && !change.after().labelled(name)
                        ? world.tierPods().stream().filter(p -> p.nodeName().equals(name))
                        : Stream.of();
            }
            case DaemonSet ignored
            when revision.removed() && world.workload().equals(revision.before()) -> world.tierPods().stream();
            case Deployment ignored
            when change.after()
                            .world()
                            .incumbent()
                            .filter(i -> i.replicas() > 0)
                            .isEmpty()
                    && world.incumbent().filter(i -> i.replicas() > 0).isPresent() -> world.incumbentPods().stream();
            case Pod pod
            when revision.removed() -> world.pods().stream().filter(p -> p.key().equals(ObjectKey.of(pod)));
            default -> Stream.of();
        };
    }
}
