package io.ingresstier.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.BackendMode;
import io.ingresstier.api.Probing;
import io.ingresstier.lab.PowerCut.Notice;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A member whose power is cut under traffic: the operator takes it out of the balancer by itself, long before
 * Kubernetes calls the node lost, and only connections of the dead member fail. How long each stage takes is measured
 * by {@code make bench-death}.
 */
@LabLevel
class DeathIT {

    /** What proxies take on a busy machine; well before the dead member is replaced. */
    private static final Duration FOLLOWING = Duration.ofSeconds(10);

    @ParameterizedTest
    @EnumSource
    void aDeadMemberIsTakenOutBeforeKubernetesCallsItLostAndIsReplaced(BackendMode mode, Lab lab, Cloud cloud) {
        var death = Death.under(lab, cloud, mode, Probing.Enabled);

        PowerCut cut = death.cut();
        stages(mode).forEach(stage -> assertThat(cut.order()).as("%s", cut).containsSubsequence(stage));
        assertThat(death.result().failures())
                .filteredOn(f -> f.time().isBefore(cut.ordered()))
                .as("lost before the cut")
                .isEmpty();
        if (mode != BackendMode.Cluster) { // there the dead node has connections of all pods on it
            assertThat(death.result().failures())
                    .extracting(TrafficLine.Failure::backend)
                    .filteredOn(Objects::nonNull)
                    .as("who had answered before on the connections that lost")
                    .allMatch(cut.pod()::equals);
        }
        assertThat(cut.after(Notice.CLAIMED))
                .as("%s: replaced no earlier than it is told to", mode)
                .isGreaterThanOrEqualTo(Death.REPLACE_AFTER.minus(Death.PROBE));
        assertThat(death.failuresOpenedAfter(death.followed().plus(FOLLOWING)))
                .as("%s: lost on a connection that was opened long after all had followed; %s", mode, cut)
                .isEmpty();
    }

    /** What must follow what; each line for itself, as neither waits for the other's. */
    private static List<List<String>> stages(BackendMode mode) {
        return switch (mode) {
            case Local -> List.of(List.of("EXCLUDED", "DROPPED", "CLAIMED"), List.of("EXCLUDED", "NOT_READY"));
            case Cluster ->
                List.of(
                        List.of("EXCLUDED", "DROPPED", "CLAIMED"),
                        List.of("EXCLUDED", "DETACHED", "CLAIMED"),
                        List.of("DETACHED", "NOT_READY"));
            case PodDirect ->
                List.of(
                        List.of("DETACHED", "DROPPED", "CLAIMED"),
                        List.of("EXCLUDED", "CLAIMED"),
                        List.of("DETACHED", "NOT_READY"));
        };
    }
}
