package io.ingresstier.history;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import java.util.stream.Stream;

/** I3: a pod that a write of the operator's stops has been out of every balancer for the drain window. */
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
