package io.ingresstier.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a write was made, of which there are two accounts: when it was seen, and when the server answered it. */
class HistoryTest {

    private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void what_is_only_seen_was_made_when_it_was_seen() {
        assertThat(History.times(List.of(seen(1, 0), seen(2, 5)), Map.of())).containsExactly(at(0), at(5));
    }

    @Test
    void what_is_seen_after_a_later_write_was_made_before_that() {
        assertThat(History.times(List.of(seen(1, 5), seen(2, 3)), Map.of())).containsExactly(at(3), at(3));
    }

    @Test
    void what_is_seen_late_keeps_its_distance_from_what_was_answered_before() {
        // The process stood still from second 1 to second 20.
        var stalled = List.of(seen(1, 20), seen(2, 20), seen(3, 20), seen(4, 20));

        assertThat(History.times(stalled, Map.of(1L, at(2), 3L, at(14))))
                .as("the operator's own as answered, another's no later than the operator's next")
                .containsExactly(at(2), at(14), at(14), at(20));
    }

    @Test
    void what_nobody_recorded_dates_what_was_written_before_it() {
        assertThat(History.times(List.of(seen(1, 20), seen(4, 21)), Map.of(2L, at(3), 3L, at(5))))
                .containsExactly(at(3), at(21));
    }

    @Test
    void an_answer_later_than_its_write_was_seen_does_not_date_it_later() {
        assertThat(History.times(List.of(seen(1, 4)), Map.of(1L, at(9)))).containsExactly(at(4));
    }

    private static Recorder.Event seen(long version, int second) {
        var node = new NodeBuilder()
                .withNewMetadata()
                .withName("n1")
                .withResourceVersion(Long.toString(version))
                .endMetadata()
                .build();
        return new Recorder.Event(node, false, at(second));
    }

    private static Instant at(int second) {
        return T.plusSeconds(second);
    }
}
