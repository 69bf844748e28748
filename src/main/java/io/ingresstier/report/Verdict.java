package io.ingresstier.report;

import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Mode;
import io.ingresstier.api.Reason;
import io.ingresstier.apply.Written;
import io.ingresstier.guard.Refusal;
import io.ingresstier.plan.Accept;
import io.ingresstier.plan.Direction;
import io.ingresstier.plan.Forecast;
import io.ingresstier.plan.Looked;
import io.ingresstier.plan.Outcome;
import io.ingresstier.plan.Plan;
import io.ingresstier.plan.Tend;
import io.ingresstier.world.Marks;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a tier does, in one word and one sentence.
 *
 * @param ready everything asked for is reached
 * @param moving on its way there
 * @param stalled nothing more will happen until somebody acts
 * @param reason the step under way, or what holds it
 */
record Verdict(boolean ready, boolean moving, boolean stalled, Reason reason, String message) {

    /** Reasons that the cluster may come round to by itself, within the progress deadline. */
    private static final Set<Reason> MAY_COME_ROUND = Set.of(
            Reason.ServiceNotFound,
            Reason.IncumbentNotFound,
            Reason.IncumbentNotReady,
            Reason.NotEnoughNodes,
            Reason.InvalidProviderId);

    /** Reasons that pass by themselves. */
    private static final Set<Reason> PASSING =
            Set.of(Reason.StaleView, Reason.MassFailure, Reason.OneAtATime, Reason.NotDrained, Reason.NotProven);

    /**
     * What keeps the operator from writing comes first; where things stand is told with it.
     *
     * @param forecast what would be written, in mode Plan
     */
    static Verdict of(Plan plan, List<Written> written, Optional<Forecast> forecast) {
        World world = plan.situation().world();
        Verdict course = course(plan, written).with(misunderstood(world));
        // A deletion that is forced through goes on in any mode.
        return switch (world.forced() ? Mode.Apply : world.tier().getSpec().mode()) {
            case Apply -> course;
            case Plan -> {
                boolean ready = course.ready()
                        && forecast.filter(f -> !f.writes().isEmpty()).isEmpty();
                yield new Verdict(ready, false, false, Reason.Planned, planned(world, forecast));
            }
            case Paused ->
                new Verdict(
                        course.ready(),
                        false,
                        false,
                        Reason.Paused,
                        "nothing is written while mode is Paused; set mode: Apply to %s. It stands at %s: %s"
                                .formatted(
                                        world.deleted() ? "let the deletion go on, which waits" : "go on",
                                        course.reason(),
                                        course.message()));
        };
    }

    private Verdict with(Optional<String> remark) {
        return remark.map(r -> new Verdict(ready, moving, stalled, reason, Sentence.of(message) + " " + r))
                .orElse(this);
    }

    /** A way out that somebody believes to have taken must not fail in silence. */
    private static Optional<String> misunderstood(World world) {
        return world.annotation(Marks.FORCE_DELETE)
                .filter(value -> world.deleted() && !world.forced())
                .map(value -> "Annotation %s is \"%s\", which is ignored; only \"true\" lets the deletion through."
                        .formatted(Marks.FORCE_DELETE, value));
    }

    private static String planned(World world, Optional<Forecast> forecast) {
        return forecast.map(f -> (world.deleted() ? "the deletion waits, for nothing is written in mode Plan; " : "")
                        + f.sentence())
                .orElse(Reason.Planned.sentence());
    }

    private static Verdict course(Plan plan, List<Written> written) {
        World world = plan.situation().world();
        Optional<String> failure = written.stream()
                .filter(w -> !w.retry())
                .flatMap(w -> w.problem().map(p -> w.action().sentence() + " failed: " + p).stream())
                .findFirst();
        Optional<Looked> current = plan.current();
        if (current.isEmpty() && plan.situation().accepted() && failure.isEmpty()) {
            return new Verdict(true, false, false, Reason.Serving, Reason.Serving.sentence());
        }
        Optional<Refusal> refusal = braked(plan)
                .or(() -> current.flatMap(c -> c.outcome().refusal()))
                .or(() -> held(plan));
        if (refusal.isPresent()) {
            Reason reason = refusal.get().reason();
            boolean stalled = stalls(world, reason);
            return new Verdict(
                    false,
                    !stalled,
                    stalled,
                    reason,
                    Sentence.of(refusal.get())
                            + failure.map(f -> " " + Sentence.of(f)).orElse(""));
        }
        Reason reason = current.map(c -> c.outcome().reason()).orElse(Reason.Observing);
        String message = current.map(c -> c.outcome().message()).orElse("");
        return new Verdict(false, true, false, reason, failure.orElse(message));
    }

    /** What many members that fail together hold back is told before what else is amiss because of them. */
    private static Optional<Refusal> braked(Plan plan) {
        return plan.outcome(Tend.class).flatMap(Outcome::refusal).filter(r -> r.reason() == Reason.MassFailure);
    }

    /** What a guard holds back once nothing else is left to write; what passes by itself is part of the step. */
    private static Optional<Refusal> held(Plan plan) {
        return plan.refusals().stream()
                .filter(r -> plan.actions().isEmpty() && !PASSING.contains(r.reason()))
                .findFirst();
    }

    private static boolean stalls(World world, Reason reason) {
        if (MAY_COME_ROUND.contains(reason)) {
            return Direction.of(world) == Direction.FORWARD
                    && !Accept.deadline(world).isAfter(world.now())
                    && world.tier()
                            .getStatus()
                            .condition(ConditionType.Accepted)
                            .isPresent();
        }
        // The next attempt comes by itself.
        return reason != Reason.Contested && !PASSING.contains(reason);
    }
}
