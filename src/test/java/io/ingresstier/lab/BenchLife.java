package io.ingresstier.lab;

import io.ingresstier.api.BackendMode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code make bench-life}: everything that happens to a tier in its life, in each mode, under traffic; and beside it
 * the same with an ordinary Deployment and with a plain DaemonSet. Prints a markdown table, a row when it is known.
 */
public final class BenchLife {

    private static final int REQUESTS = 30_000;
    private static final Load LOAD = Load.draining(220, Duration.ofSeconds(10));
    private static final int FEWEST_A_SECOND = 200;
    private static final int FEWEST_DOWNLOADS = 20;

    private BenchLife() {}

    /** What goes through the disruptions. */
    private enum Kind {
        TIER(REQUESTS) {
            @Override
            IngressLayer create(Lab lab, Cloud cloud, Incumbent incumbent) {
                return TierLayer.takeOver(lab, cloud, incumbent, "life-tier.yaml");
            }
        },
        DEPLOYMENT(0) {
            @Override
            IngressLayer create(Lab lab, Cloud cloud, Incumbent incumbent) {
                return DeploymentLayer.create(lab, cloud, incumbent);
            }
        },
        DAEMON_SET(0) {
            @Override
            IngressLayer create(Lab lab, Cloud cloud, Incumbent incumbent) {
                return DaemonSetLayer.create(lab, cloud, incumbent, Life.NODES);
            }
        };

        /** How many requests are sent across each disruption at least: others lose at once, or not at all. */
        final int requests;

        Kind(int requests) {
            this.requests = requests;
        }

        abstract IngressLayer create(Lab lab, Cloud cloud, Incumbent incumbent);
    }

    /**
     * Exits with 1 if the operator lost a request in any mode, or too little was in flight to tell.
     *
     * @param arguments the modes to run, such as {@code PodDirect}; none means all
     */
    public static void main(String[] arguments) {
        boolean good = true;
        var modes = arguments.length == 0
                ? List.of(BackendMode.Local, BackendMode.Cluster, BackendMode.PodDirect)
                : Stream.of(arguments).map(BackendMode::valueOf).toList();
        System.out.println("| mode | what happens | to | requests | failed | downloads broken | s |");
        System.out.println("|---|---|---|---:|---:|---:|---:|");
        for (Kind kind : Kind.values()) {
            for (BackendMode mode : modes) {
                good &= live(kind, mode, false, List.of(Disruption.values()));
                good &= live(kind, mode, true, List.of(Disruption.ROLLOUT));
            }
        }
        System.exit(good ? 0 : 1);
    }

    /** Prints a row for each of them, and meanwhile, apart from the table, how far it is. */
    private static boolean live(Kind kind, BackendMode mode, boolean hostPorts, List<Disruption> disruptions) {
        try (var lab = Lab.withNodes(6, 3);
                var cloud = lab.cloud()) {
            var incumbent = new Incumbent(lab.client(), mode, Life.NODES, hostPorts);
            try (var life = new Life(lab, cloud, kind.create(lab, cloud, incumbent), LOAD)) {
                for (Disruption disruption : disruptions) {
                    System.err.println("%s, %s: %s%s"
                            .formatted(mode, life.layer(), disruption, hostPorts ? " with host ports" : ""));
                    life.through(disruption, kind.requests);
                }
                var result = life.end();
                System.err.println(result);
                life.phases().forEach(p -> System.out.println(row(mode, life.layer(), p, hostPorts, result)));
                boolean dense = life.phases().stream()
                        .allMatch(p -> result.fewestDownloads(p.from(), p.to()) >= FEWEST_DOWNLOADS
                                && result.requests(p.from(), p.to())
                                        >= Math.max(
                                                kind.requests,
                                                FEWEST_A_SECOND * p.duration().toSeconds()));
                return kind != Kind.TIER || (result.lost() == 0 && dense);
            }
        }
    }

    private static String row(
            BackendMode mode, IngressLayer layer, Phase phase, boolean hostPorts, TrafficResult result) {
        return "| %s | %s%s | %s | %,d | %,d | %,d | %.0f |"
                .formatted(
                        mode,
                        phase.name().toLowerCase(Locale.ROOT),
                        hostPorts ? ", host ports" : "",
                        layer,
                        result.requests(phase.from(), phase.to()),
                        result.failed(phase.from(), phase.to()),
                        result.broken(phase.from(), phase.to()),
                        phase.duration().toMillis() / 1000.0);
    }
}
