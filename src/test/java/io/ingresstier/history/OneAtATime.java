package io.ingresstier.history;

import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodView;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** I4: a member is sent away only when no other is still on its way out. */
final class OneAtATime implements Judge {

    /**
     * By the uid of each pod, when it was seen detached for the first time; one that was not ready then has nothing to
     * end.
     */
    private final Map<String, Instant> detached = new HashMap<>();

    @Override
    public String invariant() {
        return "I4";
    }

    @Override
    public Stream<String> see(Change change) {
        for (PodView pod : change.after().world().tierPods()) {
            if (pod.annotations().containsKey(Marks.DETACHED_AT)) {
                detached.putIfAbsent(pod.uid(), pod.ready() ? change.revision().at() : Instant.MIN);
            } else {
                detached.remove(pod.uid());
            }
        }
        if (!change.ours()) {
            return Stream.of();
        }
        Set<String> leaving = leaving(change);
        boolean another = leaving.size() > 1 && !marked(change.before()).containsAll(marked(change.after()));
        return another ? Stream.of("members on their way out at the same time: " + leaving) : Stream.of();
    }

    /** Nodes that the tier excluded, and those of the pods that it detached. */
    private static Set<String> marked(Picture picture) {
        var world = picture.world();
        return Stream.concat(
                        world.nodes().values().stream()
                                .filter(n -> n.annotations().containsKey(Marks.EXCLUDED_AT))
                                .map(NodeView::name),
                        world.tierPods().stream()
                                .filter(p -> p.annotations().containsKey(Marks.DETACHED_AT))
                                .map(PodView::nodeName))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> leaving(Change change) {
        var world = change.after().world();
        Instant since = change.revision()
                .at()
                .minusSeconds(world.tier().getSpec().rollout().drainSeconds());
        return world.tierPods().stream()
                .filter(PodView::serving)
                .filter(p -> detached.containsKey(p.uid())
                        ? detached.get(p.uid()).isAfter(since)
                        : Optional.ofNullable(world.nodes().get(p.nodeName()))
                                .filter(n -> n.annotations().containsKey(Marks.EXCLUDED_AT))
                                .isPresent())
                .map(PodView::nodeName)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
