package io.ingresstier.lab;

import io.ingresstier.api.BackendMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code make bench-takeover}: takeover and restore once in each mode under traffic, and beside it the manual
 * procedure. Prints a markdown table.
 */
public final class BenchTakeover {

    private static final int REQUESTS = 30_000;
    private static final Load LOAD = Load.draining(220, Duration.ofSeconds(15));
    private static final int FEWEST_DOWNLOADS = 20;

    private BenchTakeover() {}

    /**
     * Exits with 1 if the operator lost a request in any mode, or too little was in flight to tell.
     *
     * @param arguments the modes to run, such as {@code PodDirect}; none means all
     */
    public static void main(String[] arguments) {
        var rows = new ArrayList<String>();
        boolean good = true;
        var modes = arguments.length == 0
                ? List.of(BackendMode.Local, BackendMode.Cluster, BackendMode.PodDirect)
                : Stream.of(arguments).map(BackendMode::valueOf).toList();
        for (BackendMode mode : modes) {
            try (var lab = Lab.withNodes(6, 3)) {
                good &= takeover(lab, mode, rows);
            }
            try (var lab = Lab.withNodes(6, 3);
                    var cloud = lab.cloud()) {
                byHand(
                        DemoByHand.lose(lab, cloud, mode, LOAD, step -> System.err.println(mode + " by hand: " + step)),
                        mode,
                        rows);
            }
        }
        System.out.println("\n| mode | how | requests | failed | downloads | broken | takeover s | restore s |");
        System.out.println("|---|---|---:|---:|---:|---:|---:|---:|");
        rows.forEach(System.out::println);
        System.exit(good ? 0 : 1);
    }

    private static boolean takeover(Lab lab, BackendMode mode, List<String> rows) {
        try (var cloud = lab.cloud();
                var scenario = new Scenario(lab, cloud, mode, LOAD, "bench-tier.yaml")) {
            System.err.println(
                    "\n" + mode + ": takeover and restore by the operator, at least " + REQUESTS + " requests");
            try (var board = new Board(scenario, lab.client())) {
                board.start();
                scenario.takeOver();
                scenario.restore();
                scenario.keepSending(REQUESTS);
            }
            var result = scenario.end();
            System.out.println("\n" + mode + "\n" + Phase.table(scenario.steps().phases(), result) + result);
            System.out.println("\nthe operator's own part of the takeover\n\n" + WriteDelays.table(scenario.delays()));
            var changes = scenario.changes();
            rows.add(row(mode, "operator", result, seconds(changes.getFirst()), seconds(changes.getLast())));
            var left = scenario.left();
            left.forEach(l -> System.out.println("not as before: " + l));
            boolean dense =
                    changes.stream().allMatch(c -> result.fewestDownloads(c.from(), c.to()) >= FEWEST_DOWNLOADS);
            if (!dense) {
                System.out.println("fewer than " + FEWEST_DOWNLOADS + " downloads were in flight at some moment");
            }
            return result.lost() == 0 && left.isEmpty() && dense;
        }
    }

    private static void byHand(DemoByHand.Outcome outcome, BackendMode mode, List<String> rows) {
        double seconds = outcome.phases().stream()
                        .mapToLong(p -> p.duration().toMillis())
                        .sum()
                / 1000.0;
        rows.add(row(mode, "by hand", outcome.result(), "%.0f".formatted(seconds), "–"));
    }

    private static String row(BackendMode mode, String how, TrafficResult result, String takeover, String restore) {
        var counts = result.summary();
        return "| %s | %s | %,d | %,d | %,d | %,d | %s | %s |"
                .formatted(
                        mode,
                        how,
                        counts.requests(),
                        counts.failed(),
                        counts.downloads(),
                        counts.broken(),
                        takeover,
                        restore);
    }

    private static String seconds(Phase phase) {
        return "%.0f".formatted(phase.duration().toMillis() / 1000.0);
    }
}
