package io.ingresstier.lab;

import static org.awaitility.Awaitility.await;

import io.ingresstier.api.BackendMode;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** {@code make demo-by-hand}: what the manual procedure loses under the same traffic as the demo's. */
public final class DemoByHand {

    private DemoByHand() {}

    /** Takes no arguments; fails if the lab does, not because requests are lost: that is what it shows. */
    public static void main(String[] arguments) {
        try (var lab = Lab.withNodes(6, 3);
                var cloud = lab.cloud()) {
            Outcome outcome = lose(lab, cloud, BackendMode.Local, Demo.LOAD, System.out::println);
            System.out.println();
            System.out.print(Phase.table(outcome.phases(), outcome.result()));
            System.out.println("\nBy hand: " + outcome.result());
        }
    }

    /** The page's steps and what the clients counted. */
    record Outcome(List<Phase> phases, TrafficResult result) {}

    /** Puts a default cluster in the lab and carries the procedure out under traffic. */
    static Outcome lose(Lab lab, Cloud cloud, BackendMode mode, Load load, Consumer<String> say) {
        new Incumbent(lab.client(), mode, 2).create().awaitReady();
        await().atMost(Duration.ofMinutes(1)).until(cloud::serving);
        try (var traffic = lab.traffic(load)) {
            await().atMost(Duration.ofMinutes(1)).until(() -> traffic.flowing(load));
            var phases = new ByHand(lab.client(), cloud, List.of("n1", "n2", "n3"), say).run();
            return new Outcome(phases, traffic.stop());
        }
    }
}
