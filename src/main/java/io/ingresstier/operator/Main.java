package io.ingresstier.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.ingresstier.apply.Applier;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as a process. */
public final class Main {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final int RETRY_FIRST_MILLIS = 500;
    private static final int RETRY_MOST_MILLIS = 60_000;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile int exitCode;

    private Main() {}

    /** Runs until it is told to stop or the lease is lost. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Configuration configuration;
        try {
            configuration = Configuration.of(System.getenv());
        } catch (IllegalArgumentException e) {
            LOG.error(e.getMessage());
            System.exit(2);
            return;
        }
        try {
            System.exit(new Main().run(configuration));
        } catch (BindException e) {
            LOG.error("HTTP_PORT {} is taken by another process; set it to a free port", configuration.httpPort());
            System.exit(2);
        }
    }

    private int run(Configuration configuration) throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::awaitStop, "stop"));
        Thread.setDefaultUncaughtExceptionHandler(this::uncaught);
        try (KubernetesClient client = client()) {
            var leading = new java.util.concurrent.atomic.AtomicReference<Leadership>();
            var reconciler = new TierReconciler(
                    client,
                    configuration,
                    InstantSource.system(),
                    () -> leading.get() != null && leading.get().leading());
            var operator = operator(client, reconciler);
            try (var observer = reconciler.observer();
                    var probes =
                            new Probes(configuration.httpPort(), observer::alive, observer::fresh, observer::ages)) {
                observer.start().join();
                try (var leadership = new Leadership(client, configuration, operator::start, () -> lost())) {
                    leading.set(leadership);
                    stop.await();
                    // The reconcile under way ends first, then the lease is given back: a write never outlives it.
                    operator.stop();
                }
            }
        } finally {
            stopped.countDown();
        }
        return exitCode;
    }

    private void lost() {
        if (stop.getCount() > 0) {
            LOG.error("the lease was lost; this process ends so that it writes nothing more");
            exitCode = 1;
            stop.countDown();
        }
    }

    /** An Error in a reconcile ends its thread unseen, and the tier would wait for it for ever: better start anew. */
    private void uncaught(Thread thread, Throwable failure) {
        LOG.atError().setCause(failure).addKeyValue("thread", thread.getName()).log("a thread ended");
        if (failure instanceof Error) {
            exitCode = 1;
            stop.countDown();
        }
    }

    private void awaitStop() {
        stop.countDown();
        try {
            if (!stopped.await(GRACE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)) {
                LOG.warn("stopping took longer than {}", GRACE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Operator operator(KubernetesClient client, TierReconciler reconciler) {
        var operator = new Operator(o -> o.withKubernetesClient(client)
                .withConcurrentReconciliationThreads(1)
                .withReconciliationTerminationTimeout(GRACE.dividedBy(2))
                .withCloseClientOnStop(false));
        operator.register(
                reconciler,
                c -> c.withTriggerReconcilerOnAllEvents(true)
                        .withGenerationAware(false)
                        .withRetry(new GenericRetry()
                                .withoutMaxAttempts()
                                .setInitialInterval(RETRY_FIRST_MILLIS)
                                .setIntervalMultiplier(2)
                                .setMaxInterval(RETRY_MOST_MILLIS)));
        return operator;
    }

    /**
     * fabric8 would block a thread for 20 s with retries of its own; the reconciler's retry is enough. The API server
     * takes the user agent for the field manager of what is created, which cannot be given one.
     */
    private static KubernetesClient client() {
        Config config = new ConfigBuilder(Config.autoConfigure(null))
                .withRequestRetryBackoffLimit(1)
                .withUserAgent(Applier.FIELD_MANAGER)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
