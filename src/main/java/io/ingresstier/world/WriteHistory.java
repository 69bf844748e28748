package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.ingresstier.api.RecentWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How often the operator wrote the same thing lately. Kept in the tier's status, because no object that another writer
 * replaces as a whole could keep it. A crash between a write and its report forgets that one write; a status that
 * somebody erases forgets them all.
 */
public final class WriteHistory {

    /** For how long a write counts: ten minutes, and a little, for it is made after the picture that it is dated by. */
    public static final Duration WINDOW = Duration.ofMinutes(10).plusSeconds(15);

    /** How often the same is written within the window. */
    public static final int MOST = 6;

    /** Written so often, it was undone twice: no slip of somebody's. */
    private static final int CONTEST = 3;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

    private WriteHistory() {}

    /** Whether another writer may undo this again and again, so that it is counted. */
    public static boolean counts(Action action) {
        return switch (action) {
            case NodeAction.ClaimNode ignored -> true;
            case NodeAction.ExcludeNode ignored -> true;
            case NodeAction.TaintNode ignored -> true;
            case ServiceAction.AttachService ignored -> true;
            case ServiceAction.EnableDraining ignored -> true;
            case ServiceAction.NarrowSelector ignored -> true;
            case WorkloadAction.ApplyWorkload ignored -> true;
            case DrainGuardAction.ApplyAnchors ignored -> true;
            case DrainGuardAction.ApplyBudget ignored -> true;
            case IncumbentAction ignored -> true;
            case NodeAction ignored -> false;
            case ServiceAction ignored -> false;
            case WorkloadAction ignored -> false;
            case DrainGuardAction ignored -> false;
            case PodAction ignored -> false;
            case OriginalsAction ignored -> false;
            case TierAction ignored -> false;
        };
    }

    /** When the same was written, within the window, the latest last. */
    public static List<Instant> times(World world, Action action) {
        return entry(world.tier().getStatus().recentWrites(), action)
                .map(e -> within(world, e))
                .orElse(List.of());
    }

    /** Who undid the same. */
    public static Optional<String> manager(World world, Action action) {
        return entry(world.tier().getStatus().recentWrites(), action).map(RecentWrite::manager);
    }

    /**
     * From when on the same may be written again: at once the first time, since anybody may slip, then after pauses
     * that double, and when the window is full, once its first has left it.
     */
    public static Optional<Instant> allowedAt(World world, Action action) {
        if (!counts(action)) {
            return Optional.empty();
        }
        var times = times(world, action);
        if (times.size() < 2) {
            return Optional.empty();
        }
        return Optional.of(
                times.size() < MOST
                        ? times.getLast().plus(FIRST_PAUSE.multipliedBy(1L << (times.size() - 2)))
                        : times.get(times.size() - MOST).plus(WINDOW));
    }

    /** What was undone more than once within the window. */
    public static List<RecentWrite> contests(World world) {
        return world.tier().getStatus().recentWrites().stream()
                .filter(e -> within(world, e).size() >= CONTEST)
                .toList();
    }

    /** When nothing counts as contested any more, if nothing is undone until then; empty if nothing is contested. */
    public static Optional<Instant> calmAt(World world) {
        return contests(world).stream()
                .map(e -> within(world, e))
                .map(times -> times.get(times.size() - CONTEST).plus(WINDOW))
                .max(Instant::compareTo);
    }

    /**
     * The history with these writes. What has left the window goes only then, for a status without news is not written.
     *
     * @param made the writes, each with who undid it the time before
     */
    public static List<RecentWrite> after(World world, Map<Action, Optional<String>> made) {
        var before = world.tier().getStatus().recentWrites();
        if (made.keySet().stream().noneMatch(a -> counts(a) || takenBack(a).isPresent())) {
            return before;
        }
        var after = new ArrayList<>(before);
        after.removeIf(e -> within(world, e).isEmpty());
        made.forEach((action, rival) -> {
            takenBack(action)
                    .ifPresent(name -> after.removeIf(
                            e -> name.equals(e.action()) && object(action).equals(e.object())));
            if (counts(action)) {
                var earlier = entry(after, action);
                var times = new ArrayList<>(earlier.map(e -> within(world, e)).orElse(List.of()));
                times.add(world.now());
                earlier.ifPresent(after::remove);
                after.add(new RecentWrite(
                        action.name(),
                        object(action),
                        value(action),
                        times.stream().map(Instant::toString).toList(),
                        rival.or(() -> earlier.map(RecentWrite::manager)).orElse(null)));
            }
        });
        return List.copyOf(after);
    }

    /** The counted write that this one takes back: what the operator itself has undone, no other writer has. */
    private static Optional<String> takenBack(Action action) {
        return switch (action) {
            case NodeAction.IncludeNode ignored -> Optional.of("ExcludeNode");
            case NodeAction.UntaintNode ignored -> Optional.of("TaintNode");
            default -> Optional.empty();
        };
    }

    private static Optional<RecentWrite> entry(List<RecentWrite> writes, Action action) {
        return writes.stream()
                .filter(e -> action.name().equals(e.action())
                        && object(action).equals(e.object())
                        && value(action).equals(Objects.requireNonNullElse(e.value(), "")))
                .findFirst();
    }

    private static String object(Action action) {
        return action.kind() + " " + action.object();
    }

    /**
     * Another template is not the same write: its user changed his mind. Nor are anchors for other members, or in place
     * of others: nodes that are drained one after another lose and get theirs without anybody undoing anything.
     */
    private static String value(Action action) {
        return switch (action) {
            case WorkloadAction.ApplyWorkload a -> template(a.desired());
            case DrainGuardAction.ApplyAnchors a ->
                "%s/%08x"
                        .formatted(
                                template(a.target()),
                                List.of(a.nodes(), a.hosts()).hashCode());
            default -> "";
        };
    }

    private static String template(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.<String, String>of())
                .getOrDefault(Marks.TEMPLATE, "");
    }

    private static List<Instant> within(World world, RecentWrite write) {
        return write.times().stream()
                .flatMap(text -> Times.parse(text).stream())
                .filter(at -> at.plus(WINDOW).isAfter(world.now()))
                .sorted()
                .toList();
    }
}
