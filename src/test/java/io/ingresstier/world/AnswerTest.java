package io.ingresstier.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.world.Answer.State;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When a pod that answered counts as silent, and when as being back. */
class AnswerTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration EVERY = Duration.ofMillis(300);
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private Instant now = START;
    private Answer answer = Answer.unheard(START);

    private AnswerTest answers(Duration time) {
        for (Instant end = now.plus(time); now.isBefore(end); now = now.plus(EVERY)) {
            answer = answer.answered(now);
        }
        return this;
    }

    private AnswerTest loses(int probes) {
        for (int i = 0; i < probes; i++) {
            answer = answer.unanswered(now, now.plus(TIMEOUT));
            now = now.plus(EVERY);
        }
        return this;
    }

    private Instant untilSilent() {
        for (int i = 0; i < 100 && answer.state() != State.SILENT; i++) {
            loses(1);
        }
        assertThat(answer.state()).isEqualTo(State.SILENT);
        return now.minus(EVERY).plus(TIMEOUT);
    }

    private Duration untilBack() {
        Instant from = now;
        for (int i = 0; i < 1000 && answer.state() != State.ANSWERS; i++) {
            answers(EVERY);
        }
        assertThat(answer.state()).isEqualTo(State.ANSWERS);
        return Duration.between(from, now);
    }

    @Test
    void oneOrTwoLostProbesAreADoubtAndNoSilence() {
        answers(Duration.ofSeconds(3)).loses(2);
        assertThat(answer.state()).isEqualTo(State.DOUBTED);
        assertThat(answer.silentSince()).isEmpty();
        answers(EVERY);
        assertThat(answer.state()).isEqualTo(State.ANSWERS);
    }

    @Test
    void aPodThatFallsSilentIsToldWithinASecondAndAHalf() {
        answers(Duration.ofSeconds(3));
        Instant last = now.minus(EVERY);
        Instant first = now;
        assertThat(Duration.between(last, untilSilent())).isLessThanOrEqualTo(Duration.ofMillis(1500));
        assertThat(answer.silentSince()).contains(first);
    }

    @Test
    void probesThatAreRefusedAtOnceMustBeRefusedForASecond() {
        answers(Duration.ofSeconds(3));
        for (int i = 0; i < 4; i++) {
            answer = answer.unanswered(now, now);
            now = now.plus(EVERY);
        }
        assertThat(answer.state()).isEqualTo(State.DOUBTED);
        answer = answer.unanswered(now, now);
        assertThat(answer.state()).isEqualTo(State.SILENT);
    }

    @Test
    void aProbeThatIsLostAfterALaterOneWasAnsweredSaysNothing() {
        answers(Duration.ofSeconds(3));
        answer = answer.unanswered(now.minus(EVERY).minusMillis(1), now.plus(TIMEOUT));
        assertThat(answer.state()).isEqualTo(State.ANSWERS);
    }

    @Test
    void aPodThatNeverAnsweredIsNotSilentButUnreachableInTheEnd() {
        loses(10);
        assertThat(answer.state()).isEqualTo(State.UNHEARD);
        loses(200);
        assertThat(answer.state()).isEqualTo(State.UNREACHABLE);
        assertThat(answer.silentSince()).isEmpty();
        answers(EVERY);
        assertThat(answer.state()).isEqualTo(State.ANSWERS);
    }

    @Test
    void anAnswerIsReliedOnForASecondAndUntilTheNextProbeIsLost() {
        answers(Duration.ofSeconds(3));
        Instant last = answer.heardAt().orElseThrow();
        assertThat(answer.reliable(last.plus(Answer.FRESH))).isTrue();
        assertThat(answer.reliable(last.plus(Answer.FRESH).plusMillis(1))).isFalse();
        loses(1);
        assertThat(answer.reliable(now)).isFalse();
    }

    @Test
    void oneAnswerIsNoRecovery() {
        answers(Duration.ofSeconds(3));
        untilSilent();
        var since = answer.silentSince();
        answers(Duration.ofSeconds(4));
        assertThat(answer.state()).isEqualTo(State.RETURNING);
        assertThat(answer.silentSince()).isEqualTo(since);
        loses(1);
        assertThat(answer.state()).isEqualTo(State.SILENT);
        assertThat(answer.silentSince()).as("it has been silent all the while").isEqualTo(since);
        assertThat(untilBack()).isBetween(Answer.RECOVERY, Answer.RECOVERY.plusSeconds(1));
        assertThat(answer.silentSince()).isEmpty();
    }

    @Test
    void eachFurtherSilenceIsHeldAgainstThePodTwiceAsLongUpToAMinute() {
        answers(Duration.ofSeconds(3));
        for (long seconds : new long[] {5, 10, 20, 40, 60, 60}) {
            untilSilent();
            assertThat(untilBack()).isBetween(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds + 1));
        }
    }

    @Test
    void silencesOfLongAgoAreForgotten() {
        answers(Duration.ofSeconds(3));
        untilSilent();
        untilBack();
        answers(Answer.MEMORY);
        untilSilent();
        assertThat(untilBack()).isBetween(Answer.RECOVERY, Answer.RECOVERY.plusSeconds(1));
    }
}
