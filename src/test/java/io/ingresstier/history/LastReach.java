package io.ingresstier.history;

import io.ingresstier.world.PodView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** When a new connection could come to each pod for the last time. */
final class LastReach {

    private final Map<String, Instant> until = new HashMap<>();

    /** Whoever could be reached until this change, was. */
    void see(Change change) {
        change.before().world().pods().stream()
                .filter(change.before()::reaches)
                .forEach(p -> until.put(p.uid(), change.revision().at()));
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
