package io.ingresstier.world;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The decision to undo a takeover while the tier stays: recorded before the act, and in force until the specification
 * changes.
 *
 * @param generation the generation of the specification that is rolled back
 * @param at when it was decided
 * @param because why, for people
 */
public record Rollback(long generation, Instant at, String because) {

    /** The decision as labels and annotations of the originals; one that was garbled by hand counts as never made. */
    static Optional<Rollback> of(Map<String, String> labels, Map<String, String> annotations) {
        return Times.parse(annotations.get(Marks.ROLLED_BACK_AT))
                .flatMap(at -> generation(labels.getOrDefault(Marks.ROLLED_BACK, ""))
                        .map(generation ->
                                new Rollback(generation, at, annotations.getOrDefault(Marks.ROLLED_BACK_BECAUSE, ""))));
    }

    private static Optional<Long> generation(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    /** The edits that record it. */
    public Edits edits() {
        return Edits.of(
                Map.of(Marks.ROLLED_BACK, Optional.of(Long.toString(generation))),
                Map.of(
                        Marks.ROLLED_BACK_AT,
                        Optional.of(at.toString()),
                        Marks.ROLLED_BACK_BECAUSE,
                        Optional.of(because)));
    }
}
