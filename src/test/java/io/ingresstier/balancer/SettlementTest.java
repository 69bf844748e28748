package io.ingresstier.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.balancer.Settlement.NotSettling;
import io.ingresstier.balancer.Settlement.Settled;
import io.ingresstier.balancer.Settlement.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettlementTest {

    private static final Instant WRITTEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final Optional<String> OLD = Optional.of("old");
    private static final Optional<String> NEW = Optional.of("new");

    private final BackendRules signalling = new AlibabaRules(AlibabaConfig.defaults());
    private final BackendRules silent = new GenericRules();

    private Settlement after(int seconds, BackendRules rules, Optional<String> before, Optional<String> now) {
        return Settlement.of(rules, BOUND, WRITTEN, at(seconds), before, now);
    }

    private static Instant at(int seconds) {
        return WRITTEN.plusSeconds(seconds);
    }

    @Test
    void noSignalCountsBeforeTheFloor() {
        assertThat(after(1, signalling, OLD, NEW)).isEqualTo(new Waiting(at(2)));
    }

    @Test
    void theSignalSettlesItFromTheFloorOn() {
        assertThat(after(2, signalling, OLD, NEW)).isEqualTo(new Settled());
        assertThat(after(2, signalling, Optional.empty(), NEW).settled()).isTrue();
    }

    @Test
    void withoutTheSignalItWaitsForTheBound() {
        assertThat(after(29, signalling, OLD, OLD)).isEqualTo(new Waiting(at(30)));
    }

    @Test
    void aSignalThatDoesNotComeMeansNotSettlingAndNeverSettled() {
        assertThat(after(30, signalling, OLD, OLD)).isEqualTo(new NotSettling());
        assertThat(after(30_000, signalling, OLD, OLD).settled()).isFalse();
        assertThat(after(30_000, signalling, Optional.empty(), Optional.empty()))
                .isEqualTo(new NotSettling());
    }

    @Test
    void aLateSignalEndsNotSettling() {
        assertThat(after(3_000, signalling, OLD, NEW)).isEqualTo(new Settled());
    }

    @Test
    void aHashThatVanishedConfirmsNothing() {
        assertThat(after(10, signalling, OLD, Optional.empty())).isEqualTo(new Waiting(at(30)));
        assertThat(after(30, signalling, OLD, Optional.empty())).isEqualTo(new NotSettling());
    }

    @Test
    void aProviderThatDoesNotSignalHasTheBound() {
        assertThat(after(29, silent, OLD, NEW)).isEqualTo(new Waiting(at(30)));
        assertThat(after(30, silent, OLD, OLD)).isEqualTo(new Settled());
    }

    @Test
    void aNodeOrSelectorChangeHasTheBoundAndAtLeastTheFloor() {
        assertThat(Settlement.ofNode(BOUND, WRITTEN, at(29))).isEqualTo(new Waiting(at(30)));
        assertThat(Settlement.ofNode(BOUND, WRITTEN, at(30))).isEqualTo(new Settled());
        assertThat(Settlement.ofNode(Duration.ZERO, WRITTEN, at(1))).isEqualTo(new Waiting(at(2)));
    }

    @Test
    void aWriteThatLiesInTheFutureIsWaitedFor() {
        assertThat(after(-100, signalling, OLD, NEW)).isEqualTo(new Waiting(at(2)));
        assertThat(Settlement.ofNode(BOUND, WRITTEN, at(-100))).isEqualTo(new Waiting(at(30)));
    }
}
