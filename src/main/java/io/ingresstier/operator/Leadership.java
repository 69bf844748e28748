package io.ingresstier.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease: one process writes at a time. fabric8's elector rather than the Java Operator SDK's, which never gives its
 * lease back; a lease that is released is taken over at once instead of after it has run out.
 */
final class Leadership implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final String LEASE = "ingresstier-operator";
    private static final Duration LEASE_DURATION = Duration.ofSeconds(15);
    private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
    private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

    private final AtomicBoolean leading = new AtomicBoolean();
    private final CompletableFuture<?> election;

    /**
     * @param acquired run once this process leads
     * @param lost run when it does not lead any more
     */
    Leadership(KubernetesClient client, Configuration configuration, Runnable acquired, Runnable lost) {
        election = client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName(LEASE)
                        .withLock(new LeaseLock(configuration.namespace(), LEASE, configuration.identity()))
                        .withLeaseDuration(LEASE_DURATION)
                        .withRenewDeadline(RENEW_DEADLINE)
                        .withRetryPeriod(RETRY_PERIOD)
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(new LeaderCallbacks(
                                () -> {
                                    leading.set(true);
                                    acquired.run();
                                },
                                () -> {
                                    leading.set(false);
                                    lost.run();
                                },
                                holder -> LOG.atInfo()
                                        .addKeyValue("holder", holder)
                                        .log("leader")))
                        .build())
                .build()
                .start();
    }

    boolean leading() {
        return leading.get();
    }

    /** Gives the lease back. */
    @Override
    public void close() {
        election.cancel(true);
    }
}
