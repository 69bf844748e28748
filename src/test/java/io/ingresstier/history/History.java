package io.ingresstier.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What has been written to a cluster since this began, and whether every invariant held at each revision. */
public final class History implements AutoCloseable {

    /**
     * A node's annotation by which a test tells that it has cut its power: no object says so, and the operator hears
     * it.
     */
    public static final String POWER_CUT = "lab.local/power-cut";

    private final Recorder recorder;
    private final Supplier<Authorship> operator;
    private boolean breachesExpected;

    private History(Recorder recorder, Supplier<Authorship> operator) {
        this.recorder = recorder;
        this.operator = operator;
    }

    /**
     * What one writer has written. Field managers do not tell it: who only takes fields away leaves no trace there.
     *
     * @param versions the resourceVersions that its requests were answered with, and when by the server's clock; for
     *     one that several were answered with, when the first was
     * @param deleted uids of what it deleted
     */
    public record Authorship(Map<Long, Instant> versions, Set<String> deleted) {

        boolean of(HasMetadata object, boolean gone) {
            return gone
                    ? deleted.contains(object.getMetadata().getUid())
                    : versions.containsKey(Recorder.version(object));
        }
    }

    /**
     * Begins to record.
     *
     * @param operator what the operator has written, asked for when the history is judged
     */
    public static History record(KubernetesClient client, Supplier<Authorship> operator) {
        return new History(new Recorder(client), operator);
    }

    /** Tells that this test breaks invariants on purpose: what is broken fails it no more. */
    public void expectBreaches() {
        breachesExpected = true;
    }

    /** Every invariant that did not hold, with the write that broke it. */
    public List<String> breaches() {
        return Invariants.breaches(Snapshot.of(recorder.found(), Instant.EPOCH), revisions()).stream()
                .map(Breach::toString)
                .toList();
    }

    /** Fails if an invariant did not hold at some revision. */
    public void check() {
        if (!breachesExpected) {
            assertThat(breaches()).as("invariants that did not hold").isEmpty();
        }
    }

    /** The writes in the order of the API server. */
    List<Revision> revisions() {
        var events = new ArrayList<>(recorder.events());
        Authorship authorship = operator.get();
        events.sort(Comparator.comparingLong(Recorder.Event::version));
        Map<String, HasMetadata> state = new HashMap<>();
        recorder.found().forEach(o -> state.put(Revision.key(o), o));
        var times = times(events, authorship.versions());
        var revisions = new ArrayList<Revision>();
        for (int i = 0; i < events.size(); i++) {
            Recorder.Event event = events.get(i);
            String key = Revision.key(event.object());
            revisions.add(new Revision(
                    event.version(),
                    times.get(i),
                    event.object(),
                    Optional.ofNullable(event.deleted() ? state.remove(key) : state.put(key, event.object())),
                    event.deleted(),
                    authorship.of(event.object(), event.deleted())));
        }
        return revisions;
    }

    /**
     * A write was made no later than it or any later one was seen, or answered, whatever that was of: the operator's
     * lease is written all the time. Seen alone would not do: this process may have stood still, and then sees what was
     * written meanwhile as if all of it had been written at once.
     *
     * @param events in the order of their versions
     * @param answered when, by version, where it is known
     */
    static List<Instant> times(List<Recorder.Event> events, Map<Long, Instant> answered) {
        var times = new ArrayList<Instant>();
        Instant latest = Instant.MAX;
        var later = new TreeMap<>(answered);
        for (Recorder.Event event : events.reversed()) {
            var answers = later.tailMap(event.version());
            latest = Stream.concat(Stream.of(latest, event.at()), answers.values().stream())
                    .min(Instant::compareTo)
                    .get();
            answers.clear();
            times.add(latest);
        }
        return times.reversed();
    }

    @Override
    public void close() {
        recorder.close();
    }
}
