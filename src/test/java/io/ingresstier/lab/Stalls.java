package io.ingresstier.lab;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * How long this JVM was kept from running at the worst: by so much may whatever it sees be late, and nobody that it
 * watches be to blame. About 0 on a quiet machine.
 */
final class Stalls implements AutoCloseable {

    private static final Duration NAP = Duration.ofMillis(20);

    private volatile Duration worst = Duration.ZERO;
    private volatile boolean watching = true;

    private Stalls() {}

    /** Watches until it is closed. */
    static Stalls watch() {
        var stalls = new Stalls();
        Thread.ofPlatform().daemon().name("lab-stalls").start(stalls::nap);
        return stalls;
    }

    /** The longest so far by which a thread woke up later than it was to. */
    Duration worst() {
        return worst;
    }

    @Override
    public void close() {
        watching = false;
    }

    private void nap() {
        while (watching) {
            long due = System.nanoTime() + NAP.toNanos();
            LockSupport.parkNanos(NAP.toNanos());
            var late = Duration.ofNanos(System.nanoTime() - due);
            if (late.compareTo(worst) > 0) {
                worst = late;
            }
        }
    }
}
