package io.ingresstier.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.BackendMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A tier that serves lives through what happens to nodes and pods, and loses nothing; {@code make bench-life} is
 * longer.
 */
@LabLevel
class LifeIT {

    private static final int ENOUGH = 6_000;
    private static final int FEWEST_DOWNLOADS = 20;
    private static final Load LOAD = Load.draining(200, Duration.ofSeconds(10));

    /** Each disruption in some mode, so that a check ends in time. */
    private static final Map<BackendMode, List<Disruption>> DISRUPTIONS = Map.of(
            BackendMode.Local, List.of(Disruption.SCALE),
            BackendMode.Cluster, List.of(Disruption.DRAIN, Disruption.REMOVAL),
            BackendMode.PodDirect, List.of(Disruption.ROLLOUT));

    @ParameterizedTest
    @EnumSource(BackendMode.class)
    void whateverHappensToATierLosesNothing(BackendMode mode, Lab lab, Cloud cloud) {
        live(lab, cloud, new Incumbent(lab.client(), mode, 2), DISRUPTIONS.get(mode));
    }

    @Test
    void aRolloutWithHostPortsLosesNothing(Lab lab, Cloud cloud) {
        var incumbent = new Incumbent(lab.client(), BackendMode.Local, 2).withHostPorts();
        live(lab, cloud, incumbent, List.of(Disruption.ROLLOUT));
    }

    private static void live(Lab lab, Cloud cloud, Incumbent incumbent, List<Disruption> disruptions) {
        try (var life = new Life(lab, cloud, TierLayer.takeOver(lab, cloud, incumbent, "life-tier.yaml"), LOAD)) {
            disruptions.forEach(d -> life.through(d, ENOUGH));
            var result = life.end();
            assertThat(result.lost())
                    .as("%s%n%s", result, Phase.table(life.phases(), result))
                    .isZero();
            assertThat(life.phases()).allSatisfy(phase -> {
                assertThat(result.requests(phase.from(), phase.to())).isGreaterThanOrEqualTo(ENOUGH);
                assertThat(result.fewestDownloads(phase.from(), phase.to()))
                        .as("downloads in flight across %s", phase)
                        .isGreaterThanOrEqualTo(FEWEST_DOWNLOADS);
            });
        }
    }
}
