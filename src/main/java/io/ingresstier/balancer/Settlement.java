package io.ingresstier.balancer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a balancer has taken a change over. Pure: the time it is now comes in. */
public sealed interface Settlement {

    /** A sync that began before a write may report success after it: no signal counts earlier than this. */
    Duration FLOOR = Duration.ofSeconds(2);

    /** The balancer has it. */
    record Settled() implements Settlement {}

    /**
     * Not yet.
     *
     * @param until when to look again, unless the Service changes earlier
     */
    record Waiting(Instant until) implements Settlement {}

    /** The controller should have said so by now and has not; stays so until it does. Nothing destructive may go on. */
    record NotSettling() implements Settlement {}

    /** Whether the change may be relied on. */
    default boolean settled() {
        return this instanceof Settled;
    }

    /**
     * After a change of a Service's annotations, which the provider's controller confirms where it
     * {@link BackendRules#signals() signals}.
     *
     * @param bound {@link BackendRules#settleBound}
     * @param since when the change was written
     * @param hashBefore {@link BackendRules#syncHash} just before the change
     * @param hashNow the same as it is now; one that has vanished is no confirmation
     */
    static Settlement of(
            BackendRules rules,
            Duration bound,
            Instant since,
            Instant now,
            Optional<String> hashBefore,
            Optional<String> hashNow) {
        if (!rules.signals()) {
            return elapsed(bound, since, now);
        }
        Instant floor = since.plus(FLOOR);
        if (now.isBefore(floor)) {
            return new Waiting(floor);
        }
        if (hashNow.isPresent() && !hashNow.equals(hashBefore)) {
            return new Settled();
        }
        return elapsed(bound, since, now) instanceof Waiting waiting ? waiting : new NotSettling();
    }

    /**
     * After a change of a node, of a pod, or of a Service's selector, which Alibaba's hash does not cover: nobody
     * confirms it, so only the bound tells.
     */
    static Settlement ofNode(Duration bound, Instant since, Instant now) {
        return elapsed(bound, since, now);
    }

    private static Settlement elapsed(Duration bound, Instant since, Instant now) {
        Instant end = since.plus(bound.compareTo(FLOOR) < 0 ? FLOOR : bound);
        return now.isBefore(end) ? new Waiting(end) : new Settled();
    }
}
