package io.ingresstier.world;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Times in annotations, as RFC 3339 text in UTC. */
final class Times {

    private Times() {}

    /** The time in an annotation. One that is absent or was garbled by hand counts as lost: a lost time only delays. */
    static Optional<Instant> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
