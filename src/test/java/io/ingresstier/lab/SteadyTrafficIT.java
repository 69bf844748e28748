package io.ingresstier.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ingresstier.api.BackendMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proving ground itself: it loses nothing by itself, and it notices what is lost. */
@LabLevel
class SteadyTrafficIT {

    private static final int ENOUGH = 2_000;

    @ParameterizedTest
    @EnumSource(BackendMode.class)
    void steadyTrafficLosesNothing(BackendMode mode, Lab lab, Cloud cloud) {
        serving(mode, lab, cloud);
        try (var traffic = lab.traffic(new Load(200, 3, 12))) {
            await().atMost(Duration.ofMinutes(2)).until(() -> sent(traffic) >= ENOUGH);
            var result = traffic.stop();
            assertThat(result.lost()).as("%s", result).isZero();
            assertThat(result.summary().requests()).isGreaterThanOrEqualTo(ENOUGH);
            assertThat(result.summary().downloads()).isPositive();
        }
    }

    @Test
    void killingEveryPodIsCounted(Lab lab, Cloud cloud) {
        serving(BackendMode.Local, lab, cloud);
        try (var traffic = lab.traffic(new Load(200, 5, 12))) {
            await().until(() -> traffic.snapshot().isPresent());
            lab.client()
                    .pods()
                    .inNamespace(Incumbent.NAMESPACE)
                    .withGracePeriod(0)
                    .delete();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> !traffic.failures().isEmpty() && cloud.serving());
            var result = traffic.stop();
            assertThat(result.summary().failed()).as("%s", result).isPositive();
            assertThat(result.summary().broken()).as("%s", result).isPositive();
            assertThat(result.failures())
                    .hasSize(result.summary().failed() + result.summary().broken());
        }
    }

    private static void serving(BackendMode mode, Lab lab, Cloud cloud) {
        new Incumbent(lab.client(), mode, 2).create().awaitReady();
        await().atMost(Duration.ofMinutes(2)).until(cloud::serving);
    }

    private static int sent(Traffic traffic) {
        return traffic.snapshot().map(TrafficLine.Second::sent).orElse(0);
    }
}
