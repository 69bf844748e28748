package io.ingresstier.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import io.ingresstier.lab.WriteGate;

/**
 * An operator behind a gate that is started anew after each kill, as another process with an identity of its own. What
 * was the lease of the one that was killed is free at once: to wait until it runs out is another test's.
 */
final class Restarted implements AutoCloseable {

    private final Lab lab;
    private final KubernetesClient client;
    private final WriteGate gate;
    private final String name;
    private OperatorProcess current;
    private int kills;
    private int restarts;

    Restarted(Lab lab, KubernetesClient client, WriteGate gate, String name) {
        this.lab = lab;
        this.client = client;
        this.gate = gate;
        this.name = name;
        this.current = OperatorProcess.start(lab, "CrashIT-" + name + "-0", gate);
    }

    /** Ends it at once. */
    synchronized void kill() {
        current.kill();
        kills++;
    }

    int kills() {
        return kills;
    }

    /** Starts the next one where one was killed; false where one ended by itself. */
    synchronized boolean goesOn() {
        if (kills > restarts) {
            client.leases()
                    .inNamespace("ingresstier-system")
                    .withName("ingresstier-operator")
                    .delete();
            restarts++;
            current = OperatorProcess.start(lab, "CrashIT-%s-%d".formatted(name, restarts), gate);
        }
        return current.alive();
    }

    @Override
    public void close() {
        current.close();
    }
}
