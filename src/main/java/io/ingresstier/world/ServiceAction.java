package io.ingresstier.world;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A write to one Service: a merge patch of the annotations and selector keys that the tier owns. */
public sealed interface ServiceAction extends Action {

    /** The Service as it was when this was decided. */
    ServiceView service();

    /** What is changed. */
    Edits edits();

    @Override
    default String kind() {
        return "Service";
    }

    @Override
    default String object() {
        return service().key().toString();
    }

    @Override
    default String resourceVersion() {
        return service().resourceVersion();
    }

    @Override
    default boolean takesAway() {
        return true;
    }

    /**
     * The annotations of a provider with the time of the write and the provider's hash before it, in one patch. Where
     * nothing changes that the provider reads, no hash is recorded: none would move. Nor where the write before was
     * never confirmed: if this one takes it back, the provider has nothing to do and its hash stays as it is. Nor where
     * somebody has undone the same write: if it is made again before the provider has looked, nothing has happened.
     */
    private static Edits timed(
            ServiceView service,
            Map<String, Optional<String>> provider,
            String mark,
            Instant at,
            Optional<String> hash) {
        boolean changes = !Edits.applied(service.annotations(), provider).equals(service.annotations());
        var annotations = new HashMap<>(provider);
        annotations.put(mark, Optional.of(at.toString()));
        boolean confirmed =
                !service.annotations().getOrDefault(Marks.HASH_BEFORE, "none").equals(hash.orElse(""));
        boolean first = !service.annotations().containsKey(mark);
        annotations.put(
                Marks.HASH_BEFORE, changes && confirmed && first ? Optional.of(hash.orElse("")) : Optional.empty());
        return Edits.annotations(annotations);
    }

    /** Turns connection draining on at the balancer. */
    record EnableDraining(ServiceView service, Map<String, String> annotations, Instant at, Optional<String> hash)
            implements ServiceAction {
        @Override
        public Edits edits() {
            var edits = new HashMap<>(timed(service, settings(annotations), Marks.DRAINING_ON_AT, at, hash)
                    .annotations());
            edits.put(Marks.DRAINING, Optional.of(String.join(" ", new TreeSet<>(annotations.values()))));
            return Edits.annotations(edits);
        }
    }

    /** The values that were written to turn connection draining on; empty where they are not known. */
    static Optional<Set<String>> drainingWritten(ServiceView service) {
        return Optional.ofNullable(service.annotations().get(Marks.DRAINING))
                .map(values -> Set.copyOf(List.of(values.split(" "))));
    }

    /** Restricts the balancer's backends to the tier's nodes. */
    record AttachService(ServiceView service, Map<String, String> annotations, Instant at, Optional<String> hash)
            implements ServiceAction {
        @Override
        public Edits edits() {
            var edits = new HashMap<>(timed(service, settings(annotations), Marks.ATTACHED_AT, at, hash)
                    .annotations());
            // A rollback that was called off half-way had put it back.
            edits.put(Marks.RESTORED_AT, Optional.empty());
            return Edits.annotations(edits);
        }
    }

    /** Adds the tier's key to the selector: the incumbent's pods leave the endpoints, the tier's stay. */
    record NarrowSelector(ServiceView service, String tier, Instant at) implements ServiceAction {
        @Override
        public Edits edits() {
            return new Edits(
                    Map.of(),
                    Map.of(Marks.NARROWED_AT, Optional.of(at.toString())),
                    Map.of(Marks.TIER, Optional.of(tier)));
        }
    }

    /** Puts the selector back. */
    record WidenSelector(ServiceView service) implements ServiceAction {
        @Override
        public Edits edits() {
            return new Edits(
                    Map.of(), Map.of(Marks.NARROWED_AT, Optional.empty()), Map.of(Marks.TIER, Optional.empty()));
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }

    /** Puts back what told the balancer which backends to use; draining stays on until the members have left. */
    record RestoreService(
            ServiceView service, Map<String, Optional<String>> originals, Instant at, Optional<String> hash)
            implements ServiceAction {
        @Override
        public Edits edits() {
            var annotations = new HashMap<>(
                    timed(service, originals, Marks.RESTORED_AT, at, hash).annotations());
            annotations.put(Marks.ATTACHED_AT, Optional.empty());
            annotations.put(Marks.NARROWED_AT, Optional.empty());
            return new Edits(Map.of(), annotations, Map.of(Marks.TIER, Optional.empty()));
        }
    }

    /** Puts the balancer's connection draining back as it was, and removes every mark of the tier. */
    record RestoreDraining(ServiceView service, Map<String, Optional<String>> originals) implements ServiceAction {
        @Override
        public Edits edits() {
            var annotations = new HashMap<>(originals);
            annotations.putAll(unmarked());
            return Edits.annotations(annotations);
        }
    }

    /** Removes every mark of the tier and leaves what the balancer is told: for {@code deletionPolicy: Retain}. */
    record UnmarkService(ServiceView service) implements ServiceAction {
        @Override
        public Edits edits() {
            return new Edits(Map.of(), unmarked(), Map.of(Marks.TIER, Optional.empty()));
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }

    private static Map<String, Optional<String>> unmarked() {
        return Map.of(
                Marks.ATTACHED_AT, Optional.empty(),
                Marks.DRAINING_ON_AT, Optional.empty(),
                Marks.DRAINING, Optional.empty(),
                Marks.NARROWED_AT, Optional.empty(),
                Marks.RESTORED_AT, Optional.empty(),
                Marks.HASH_BEFORE, Optional.empty());
    }

    private static Map<String, Optional<String>> settings(Map<String, String> values) {
        var edits = new HashMap<String, Optional<String>>();
        values.forEach((key, value) -> edits.put(key, Optional.of(value)));
        return edits;
    }
}
