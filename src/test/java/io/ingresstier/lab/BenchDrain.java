package io.ingresstier.lab;

import io.ingresstier.api.BackendMode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code make bench-drain}: maintenance of every member, one after the other, by somebody who knows nothing of the
 * tier: {@code kubectl drain}, power off, a boot, {@code kubectl uncordon}, again and again under traffic.
 */
public final class BenchDrain {

    private static final int CYCLES = 20;
    private static final Load LOAD = Load.draining(220, Duration.ofSeconds(10));

    private static final int FEWEST_DOWNLOADS = 20;

    private BenchDrain() {}

    /**
     * Exits with 1 if anything was lost in any mode, or too little was in flight to tell.
     *
     * @param arguments the modes to run, such as {@code PodDirect}; none means Cluster
     */
    public static void main(String[] arguments) {
        var modes = arguments.length == 0
                ? List.of(BackendMode.Cluster)
                : Stream.of(arguments).map(BackendMode::valueOf).toList();
        System.exit(modes.stream().map(BenchDrain::nothingLost).reduce(true, Boolean::logicalAnd) ? 0 : 1);
    }

    private static boolean nothingLost(BackendMode mode) {
        try (var lab = Lab.withNodes(6, 3);
                var cloud = lab.cloud()) {
            var incumbent = new Incumbent(lab.client(), mode, Life.NODES);
            try (var life = new Life(lab, cloud, TierLayer.takeOver(lab, cloud, incumbent, "life-tier.yaml"), LOAD)) {
                Set<String> members = new HashSet<>(life.layer().nodes());
                for (int cycle = 1; cycle <= CYCLES; cycle++) {
                    var phase = life.through(Disruption.DRAIN, 0);
                    members.addAll(life.layer().nodes());
                    System.err.println("%s: drain and power off %d of %d, %.0f s"
                            .formatted(mode, cycle, CYCLES, phase.duration().toMillis() / 1000.0));
                }
                var result = life.end();
                System.out.println("%s: %d drains of %d members%n%s%n%s"
                        .formatted(mode, CYCLES, members.size(), result, Phase.table(life.phases(), result)));
                boolean dense = life.phases().stream()
                        .allMatch(p -> result.fewestDownloads(p.from(), p.to()) >= FEWEST_DOWNLOADS);
                if (!dense) {
                    System.err.println("fewer than " + FEWEST_DOWNLOADS + " downloads were in flight at some moment");
                }
                return result.lost() == 0 && dense;
            }
        }
    }
}
