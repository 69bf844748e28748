package io.ingresstier.lab;

import io.ingresstier.api.BackendMode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * {@code make demo}: a default cluster under steady traffic, a tier that takes its ingress over and gives it back, and
 * the count of what was lost. {@code KEEP=1} leaves the lab up.
 */
public final class Demo {

    /** What the clients send: the downloads fit in the drain window of the demo's resource. */
    static final Load LOAD = Load.draining(200, Duration.ofSeconds(12));

    /** Requests that the tier serves alone before it is deleted. */
    private static final int SERVING_ALONE = 2_000;

    private Demo() {}

    /** Exits with 1 if a request was lost or something was left behind. */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            System.exit(run() ? 0 : 1);
        } catch (RuntimeException e) {
            System.err.println("demo: " + e.getMessage()); // Ctrl-C ends here too
            System.exit(1);
        }
    }

    private static boolean run() throws InterruptedException {
        boolean keep = !System.getenv().getOrDefault("KEEP", "").isEmpty();
        boolean good;
        var lab = Lab.withNodes(6, 3);
        try (var cloud = lab.cloud();
                var scenario = new Scenario(lab, cloud, BackendMode.Local, LOAD, "demo-tier.yaml")) {
            good = show(lab, scenario);
            if (keep) {
                keep(lab);
            }
        } finally {
            if (!keep) {
                lab.close();
            }
        }
        return good;
    }

    private static boolean show(Lab lab, Scenario scenario) {
        System.out.println("\nkubectl apply -f demo-tier.yaml\n\n" + scenario.yaml());
        try (var board = new Board(scenario, lab.client())) {
            board.start();
            scenario.takeOver();
            scenario.sendMore(SERVING_ALONE);
            scenario.restore();
        }
        var result = scenario.end();
        var left = scenario.left();
        System.out.println("\n" + Phase.table(scenario.steps().phases(), result));
        System.out.println(result);
        left.forEach(l -> System.out.println("not as before: " + l));
        System.out.println(result.lost() == 0 ? "\nNothing was lost." : "\nLOST: " + result.lost());
        return result.lost() == 0 && left.isEmpty();
    }

    /** Cloud and operator live in this JVM's care: where a person watches, they go on until Ctrl-C. */
    private static void keep(Lab lab) throws InterruptedException {
        lab.keep();
        System.out.println("""
                The lab stays up:
                  export KUBECONFIG=%s
                  src/lab/lab.sh --number %d kubectl get nodes
                  make lab-down NUMBER=%2$d
                """.formatted(lab.properties().kubeconfig(), lab.number()));
        if (System.console() != null && System.console().isTerminal()) {
            System.out.println("The cloud's controller and the operator run until Ctrl-C.");
            new CountDownLatch(1).await();
        }
    }
}
