package io.ingresstier.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.BackendMode;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promise: traffic moves to a tier and back, and no request and no download is lost. */
@LabLevel
class ZeroLossIT {

    private static final int ENOUGH = 30_000;
    private static final int ENOUGH_DOWNLOADS = 20;
    private static final Load LOAD = Load.draining(220, Duration.ofSeconds(15));

    @ParameterizedTest
    @EnumSource(BackendMode.class)
    void takeoverAndRestoreLoseNothing(BackendMode mode, Lab lab, Cloud cloud) {
        try (var scenario = new Scenario(lab, cloud, mode, LOAD, "bench-tier.yaml")) {
            scenario.takeOver();
            scenario.restore();
            scenario.keepSending(ENOUGH);
            var result = scenario.end();

            assertThat(result.lost()).as("%s", result).isZero();
            assertThat(result.summary().requests()).isGreaterThanOrEqualTo(ENOUGH);
            assertThat(scenario.changes())
                    .hasSize(2)
                    .allSatisfy(change -> assertThat(result.fewestDownloads(change.from(), change.to()))
                            .as("downloads in flight across the %s", change)
                            .isGreaterThanOrEqualTo(ENOUGH_DOWNLOADS));
            assertThat(scenario.left()).as("what is not as it was found").isEmpty();
        }
    }
}
