package io.ingresstier.report;

import io.ingresstier.api.DeletionPolicy;
import io.ingresstier.apply.Written;
import io.ingresstier.plan.Plan;
import io.ingresstier.plan.Record;
import io.ingresstier.world.Action;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.TierAction;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What people are told at a tier's end: what was put back, what somebody else changed and stays, what is left. */
final class Farewell {

    private Farewell() {}

    static List<Note> of(Plan plan, List<Written> written) {
        return switch (plan.direction()) {
            case FORWARD, ROLLBACK -> List.of();
            case RESTORE ->
                made(written, OriginalsAction.ForgetOriginals.class::isInstance)
                        ? restored(plan.situation().world())
                        : List.of();
            case RETAIN -> lost(plan.situation().world(), written);
            case VACATE ->
                made(written, TierAction.RemoveFinalizer.class::isInstance)
                        ? List.of(vacated(plan.situation().world()))
                        : List.of();
            case FORCED ->
                made(written, TierAction.RemoveFinalizer.class::isInstance)
                        ? List.of(forced(plan, written))
                        : List.of();
        };
    }

    private static boolean made(List<Written> written, Predicate<Action> action) {
        return written.stream().anyMatch(w -> w.problem().isEmpty() && action.test(w.action()));
    }

    private static List<Note> restored(World world) {
        var notes = new ArrayList<Note>();
        notes.add(new Note(false, "Restored", "What was found has been put back.", Optional.empty()));
        ForeignEdits.in(world)
                .forEach(edit -> notes.add(new Note(
                        false,
                        "ForeignEditKept",
                        edit + "; that was not the tier's doing and stays",
                        Optional.empty())));
        return notes;
    }

    /** Told once, with the first marks that go, while it can still be seen that there was something to put back. */
    private static List<Note> lost(World world, List<Written> written) {
        boolean wanted = world.tier().getSpec().deletionPolicy() == DeletionPolicy.Restore;
        boolean began = made(written, ServiceAction.UnmarkService.class::isInstance)
                || (world.written().isEmpty() && made(written, NodeAction.RemoveMarks.class::isInstance));
        return wanted && began
                ? List.of(new Note(
                        true,
                        "RestoreIncomplete",
                        "%s, so nothing could be put back: %s Put back by hand what is needed"
                                .formatted(Record.problem(world), left(world)),
                        Optional.empty()))
                : List.of();
    }

    private static Note vacated(World world) {
        return new Note(
                false,
                "Vacated",
                "Namespace %s is being deleted, so nothing was put back in it; the nodes are as they were found"
                        .formatted(world.tier().getSpec().controller().namespace()),
                Optional.empty());
    }

    private static Note forced(Plan plan, List<Written> written) {
        World world = plan.situation().world();
        List<String> failed = written.stream()
                .filter(w -> w.problem().isPresent())
                .map(w -> w.action().sentence() + ": " + w.problem().get())
                .toList();
        String replicas = world.originals()
                .flatMap(o -> o.incumbentReplicas())
                .map(" The Deployment had %d replicas when the tier found it."::formatted)
                .orElse("");
        return new Note(
                true,
                "ForceDeleted",
                "The tier was let go as annotation %s asks, and nothing was put back: %s%s%s"
                        .formatted(
                                Marks.FORCE_DELETE,
                                left(world),
                                replicas,
                                failed.isEmpty() ? "" : " What could not be written: " + String.join("; ", failed)),
                Optional.empty());
    }

    private static String left(World world) {
        String nodes = String.join(
                ", ",
                world.members().stream()
                        .filter(Member::labelled)
                        .map(Member::name)
                        .toList());
        String services = String.join(
                ", ", world.written().stream().map(s -> s.key().toString()).toList());
        return "%s%s%s."
                .formatted(
                        world.workload()
                                .map(w -> "DaemonSet %s with its pods".formatted(ObjectKey.of(w)))
                                .orElse("no DaemonSet"),
                        nodes.isEmpty() ? "" : ", the role label on " + nodes,
                        services.isEmpty()
                                ? " stays as it is"
                                : " and the balancer's annotations of Service %s stay as they are".formatted(services));
    }
}
