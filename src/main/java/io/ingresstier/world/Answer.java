package io.ingresstier.world;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a pod's health port has said to the operator's own probes. One lost probe is no silence, and one answer after a
 * silence is no recovery. Pure: each probe makes the next value of it.
 *
 * @param state what it comes to
 * @param since when that began
 * @param failures probes in a row that were not answered
 * @param failing when the first of those was sent
 * @param heardAt when the last probe that was answered was sent
 * @param silences when the pod fell silent in the last while, the last one at the end
 */
public record Answer(
        State state,
        Instant since,
        int failures,
        Optional<Instant> failing,
        Optional<Instant> heardAt,
        List<Instant> silences) {

    /** How a pod is judged by its answers. */
    public enum State {
        /** It has not answered yet, and has not been asked for long. */
        UNHEARD,
        /** It never answered: nothing can be told of it, for the operator may not reach it at all. */
        UNREACHABLE,
        /** It answers. */
        ANSWERS,
        /** It did, and the last probe was lost. */
        DOUBTED,
        /** It does not answer any more. */
        SILENT,
        /** It answers again, and has not for long enough to be relied on. */
        RETURNING
    }

    /** Probes in a row that must be lost before a pod counts as silent. */
    static final int FAILURES = 3;
    /** For how long, from the first of them being sent. */
    static final Duration SILENCE = Duration.ofSeconds(1);
    /** How long one that never answered is waited for. */
    static final Duration FIRST_ANSWER = Duration.ofSeconds(60);
    /** How long a pod must answer without a gap after its first silence; twice as long after each further one. */
    static final Duration RECOVERY = Duration.ofSeconds(5);
    /** At most so long. */
    static final Duration LONGEST_RECOVERY = Duration.ofSeconds(60);
    /** For how long an answer says something of a pod that is about to get traffic: some probes begin in that time. */
    public static final Duration FRESH = Duration.ofSeconds(1);
    /** For how long a silence is held against a pod. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    public Answer {
        silences = List.copyOf(silences);
    }

    /** Of a pod that is asked for the first time. */
    public static Answer unheard(Instant now) {
        return new Answer(State.UNHEARD, now, 0, Optional.empty(), Optional.empty(), List.of());
    }

    /** A probe that was sent then has been answered. */
    public Answer answered(Instant sent) {
        return switch (state) {
            case UNHEARD, UNREACHABLE, DOUBTED -> heard(State.ANSWERS, sent, sent);
            case ANSWERS -> heard(state, since, sent);
            case SILENT -> heard(State.RETURNING, sent, sent);
            case RETURNING ->
                sent.isBefore(since.plus(recovery())) ? heard(state, since, sent) : heard(State.ANSWERS, sent, sent);
        };
    }

    /** A probe that was sent then had not been answered in time. */
    public Answer unanswered(Instant sent, Instant noticed) {
        if (heardAt.filter(heard -> !sent.isAfter(heard)).isPresent()) {
            return this; // a later one has been answered since
        }
        Instant first = failing.orElse(sent);
        boolean silent = failures + 1 >= FAILURES && !noticed.isBefore(first.plus(SILENCE));
        return switch (state) {
            case UNHEARD ->
                noticed.isBefore(since.plus(FIRST_ANSWER))
                        ? lost(state, since, first)
                        : lost(State.UNREACHABLE, noticed, first);
            case UNREACHABLE, SILENT -> lost(state, since, first);
            case ANSWERS -> lost(State.DOUBTED, sent, first);
            case DOUBTED -> silent ? lost(State.SILENT, first, first).remembering(first) : lost(state, since, first);
            case RETURNING -> lost(State.SILENT, sent, first);
        };
    }

    /** Since when it has not been relied on, while it is not. */
    public Optional<Instant> silentSince() {
        return state == State.SILENT || state == State.RETURNING ? Optional.of(silences.getLast()) : Optional.empty();
    }

    /** Whether it answers and has done so just now, or nothing can be told of it. */
    boolean reliable(Instant now) {
        return state == State.UNREACHABLE
                || (state == State.ANSWERS
                        && heardAt.filter(at -> at.plus(FRESH).isBefore(now)).isEmpty());
    }

    private Duration recovery() {
        var wanted = RECOVERY;
        for (int i = 1; i < silences.size() && wanted.compareTo(LONGEST_RECOVERY) < 0; i++) {
            wanted = wanted.multipliedBy(2);
        }
        return wanted.compareTo(LONGEST_RECOVERY) < 0 ? wanted : LONGEST_RECOVERY;
    }

    private Answer heard(State next, Instant began, Instant sent) {
        Instant last = heardAt.filter(sent::isBefore).orElse(sent);
        return new Answer(next, began, 0, Optional.empty(), Optional.of(last), silences);
    }

    private Answer lost(State next, Instant began, Instant first) {
        return new Answer(next, began, failures + 1, Optional.of(first), heardAt, silences);
    }

    private Answer remembering(Instant silence) {
        var recent = Stream.concat(silences.stream().filter(s -> s.isAfter(silence.minus(MEMORY))), Stream.of(silence))
                .toList();
        return new Answer(state, since, failures, failing, heardAt, recent);
    }
}
