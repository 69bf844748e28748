package io.ingresstier.world;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an object may lack. The API server leaves empty fields out, and a picture of the cluster must not fail
 * because of one odd object: then no tier could be looked at.
 */
final class OrEmpty {

    private OrEmpty() {}

    static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }

    static <T> List<T> list(@Nullable List<T> list) {
        return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
    }

    /** Go decodes a null value in a map of strings as "". */
    static Map<String, String> map(@Nullable Map<String, String> map) {
        var texts = new HashMap<String, String>();
        if (map != null) {
            map.forEach((key, value) -> texts.put(key, text(value)));
        }
        return texts;
    }

    static Optional<Instant> time(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
