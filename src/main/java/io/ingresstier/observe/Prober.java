package io.ingresstier.observe;

import io.ingresstier.world.HealthCheck;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the pods of every tier again and again whether they answer on their health ports: Kubernetes takes about a
 * minute to call a node lost, and its pods are endpoints until then.
 */
final class Prober implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);

    /** A silence of 1 s is told by probes that take half of it and begin a few times in it. */
    private static final Duration EVERY = Duration.ofMillis(300);

    private static final Duration TIMEOUT = Duration.ofMillis(500);
    /** A failure that is noticed so late says that this process did not run, and nothing of the pod. */
    private static final Duration TOO_LATE = TIMEOUT.multipliedBy(3).dividedBy(2);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("prober").factory());
    private final ExecutorService questions = Executors.newVirtualThreadPerTaskExecutor();
    private final HealthProbe probe = new HealthProbe();
    private final InstantSource clock;
    private final Supplier<Map<String, HealthCheck>> pods;
    private final Hearing hearing;

    /** @param pods whom to ask, by the pod's uid */
    Prober(InstantSource clock, Supplier<Map<String, HealthCheck>> pods, Hearing hearing) {
        this.clock = clock;
        this.pods = pods;
        this.hearing = hearing;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::round, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            var asked = pods.get();
            hearing.keep(asked.keySet(), clock.instant());
            asked.forEach((pod, check) -> questions.execute(() -> ask(pod, check)));
        } catch (RuntimeException e) {
            // An exception that leaves here would end all probing, unseen.
            LOG.warn("a round of probes failed", e);
        }
    }

    private void ask(String pod, HealthCheck check) {
        Instant sent = clock.instant();
        boolean answered = probe.answers(check, TIMEOUT);
        Instant now = clock.instant();
        if (answered) {
            hearing.answered(pod, sent);
        } else if (Duration.between(sent, now).compareTo(TOO_LATE) < 0) {
            hearing.unanswered(pod, sent, now);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        questions.shutdownNow();
    }
}
