package io.ingresstier.lab;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A named stretch of time in which something was done under traffic. */
public record Phase(String name, Instant from, Instant to) {

    /** How long it took. */
    public Duration duration() {
        return Duration.between(from, to);
    }

    /** A table, a line a phase: how long it took and what was lost in it; requests count where they were sent. */
    static String table(List<Phase> phases, TrafficResult result) {
        var text = new StringBuilder("%-28s %8s %8s %8s%n".formatted("PHASE", "SECONDS", "FAILED", "BROKEN"));
        for (Phase phase : phases) {
            text.append("%-28s %8.1f %,8d %,8d%n"
                    .formatted(
                            phase.name(),
                            phase.duration().toMillis() / 1000.0,
                            result.failed(phase.from(), phase.to()),
                            result.broken(phase.from(), phase.to())));
        }
        return text.toString();
    }
}
