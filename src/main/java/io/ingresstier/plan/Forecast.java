package io.ingresstier.plan;

import io.ingresstier.api.Approval;
import io.ingresstier.api.Mode;
import io.ingresstier.api.PlannedAction;
import io.ingresstier.world.Answers;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the operator would write from here on if nobody and nothing came in between: plan, write, let the platform
 * {@linkplain Reaction react at its best}, wait until something is due, and so on. Nothing of it depends on the time of
 * the picture: an unchanged cluster has an unchanged forecast.
 *
 * @param writes the writes in order, and at the end what would be refused
 * @param ending what it comes to
 */
public record Forecast(List<PlannedAction> writes, Ending ending) {

    private static final int ROUNDS = 200;

    /** What a forecast comes to. */
    public sealed interface Ending {
        /** Everything asked for is reached, or the tier is gone. */
        record Reached() implements Ending {}

        /** Nothing goes on until somebody or something changes. */
        record Held(String why) implements Ending {}

        /** It takes more writes than are foretold. */
        record TooFar() implements Ending {}
    }

    public Forecast {
        writes = List.copyOf(writes);
    }

    /** The course of things from this picture, as if the mode were {@code Apply} and every approval given. */
    public static Forecast of(World world) {
        var spec = world.tier().getSpec();
        var course = new Course(spec.rollout().approval() == Approval.BeforeAttach);
        // How long a silence lasts cannot be foretold.
        World picture = world.withAnswers(Answers.NONE)
                .with(spec.withMode(Mode.Apply).withRollout(r -> r.withApproval(Approval.None)));
        Optional<Situation> earlier = Optional.empty();
        for (int round = 0; round < ROUNDS; round++) {
            var situation = Situation.of(picture, earlier);
            earlier = Optional.of(situation);
            Plan plan = Planner.plan(situation);
            World next = course.carryOut(plan);
            if (over(next)) {
                return new Forecast(course.writes(), new Ending.Reached());
            }
            next = Reaction.to(next);
            if (next.equals(picture)) {
                if (plan.lookAgainAt().isEmpty()) {
                    Ending ending = course.end(plan);
                    return new Forecast(course.writes(), ending);
                }
                next = next.at(plan.lookAgainAt().get());
            }
            // What is reported lets nothing be written that could not have been without it, so it is no change.
            picture = Reported.after(plan, next);
        }
        return new Forecast(course.writes(), new Ending.TooFar());
    }

    /** The tier's object is gone once its deletion is let through. */
    private static boolean over(World world) {
        return world.deleted()
                && Objects.requireNonNullElse(world.tier().getMetadata().getFinalizers(), List.of())
                        .isEmpty();
    }

    /** The forecast in a sentence for people. */
    public String sentence() {
        long count = writes.stream().filter(w -> w.refusedBy() == null).count();
        String first = writes.stream()
                .filter(w -> w.refusedBy() == null)
                .findFirst()
                .map(w ->
                        "%d writes would be made, beginning with %s of %s; status.plan lists them, mode: Apply makes them"
                                .formatted(count, w.action(), w.object()))
                .orElse("nothing would be written");
        return switch (ending) {
            case Ending.Reached ignored -> first;
            case Ending.Held held ->
                "%s; it would %s: %s".formatted(first, count == 0 ? "be held" : "then stop", held.why());
            case Ending.TooFar ignored -> first + "; there are more than are listed";
        };
    }
}
