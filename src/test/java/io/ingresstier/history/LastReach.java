package io.ingresstier.history;

import io.ingresstier.balancer.BackendRules;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** When a new connection could come to each pod, and through each node, for the last time. */
final class LastReach {

    /** A write is seen a little after it was decided, and one a little later than another. */
    private static final Duration SEEN_LATE = Duration.ofSeconds(1);

    private final Map<String, Instant> until = new HashMap<>();
    /** Nodes by name; where balancers send to pods, addresses. */
    private final Map<String, Instant> targeted = new HashMap<>();

    /** Whoever could be reached until this change, was. */
    void see(Change change) {
        change.before().world().pods().stream()
                .filter(change.before()::reaches)
                .forEach(p -> until.put(p.uid(), change.revision().at()));
        change.before().guarded().stream()
                .map(s -> change.before().now().get(s.key()))
                .flatMap(a -> a.targets().values().stream())
                .flatMap(Set::stream)
                .forEach(target -> targeted.put(target, change.revision().at()));
    }

    /** Whether every balancer has had the time to drop the node, since the objects say so. */
    boolean dropped(Change change, String node) {
        return !targeted.getOrDefault(node, Instant.MIN)
                .isAfter(change.revision().at().minus(settleBound(change)).plus(SEEN_LATE));
    }

    /** How long a balancer is given to follow. */
    Duration settleBound(Change change) {
        World world = change.before().world();
        var loadBalancer = world.tier().getSpec().loadBalancer();
        var rules = BackendRules.of(loadBalancer.provider(), world.nodes().values(), world.attachable());
        return Optional.ofNullable(loadBalancer.settleSeconds())
                .map(Duration::ofSeconds)
                .orElseGet(() -> world.attachable().stream()
                        .map(rules::settleBound)
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO));
    }

    /** Until when a balancer could send to the node, in words. */
    String told(String node) {
        return "could be sent to until " + targeted.get(node);
    }

    /** Whether for so long no new connection could come to the pod. */
    boolean drained(Change change, PodView pod) {
        Duration window = Duration.ofSeconds(
                change.before().world().tier().getSpec().rollout().drainSeconds());
        return !change.before().reaches(pod)
                && !until.getOrDefault(pod.uid(), Instant.MIN)
                        .isAfter(change.revision().at().minus(window));
    }

    /** Since when, in words. */
    String told(PodView pod) {
        return until.containsKey(pod.uid())
                ? "could be reached until " + until.get(pod.uid())
                : "could never be reached";
    }
}
