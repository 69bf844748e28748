package io.ingresstier.plan;

import io.ingresstier.api.Reason;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Originals;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.Rollback;
import io.ingresstier.world.World;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A takeover whose soak fails is rolled back, and so is one for which somebody asks, as long as there is something to
 * go back to, at zero replicas too. It goes before every other step: what they wait for may never come.
 */
public record Undo() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        Optional<String> asked = Optional.ofNullable(Objects.requireNonNullElse(
                                world.tier().getMetadata().getAnnotations(), Map.<String, String>of())
                        .get(Marks.ROLLBACK))
                .filter(value -> !outdated(value, world.generation()));
        if (asked.isPresent()) {
            return impossible(situation, asked.get())
                    .map(why -> refused(situation, why))
                    .orElseGet(() -> decide(world, "it was asked for with annotation " + Marks.ROLLBACK));
        }
        return new Soak()
                .look(situation)
                .refusal()
                .map(failed -> decide(world, failed.message()))
                .orElseGet(() -> Outcome.done(Reason.Accepted, "nothing asks for a rollback"));
    }

    /** Records the decision; from then on the tier goes back. */
    private static Outcome decide(World world, String because) {
        var decided = new Rollback(world.generation(), world.now(), because);
        return Outcome.act(
                Reason.RollingBack,
                because,
                world.originals().stream()
                        .map(o -> new OriginalsAction.RecordRollback(o, decided))
                        .toList());
    }

    /** A tier that serves is looked after all the same; one that has not begun does not begin. */
    private Outcome refused(Situation situation, String why) {
        var refused = Outcome.refuse(new Refusal(name(), Reason.RollbackRefused, why));
        return situation.started() ? refused.letPass() : refused;
    }

    private static boolean outdated(String value, long generation) {
        return value.matches("[0-9]{1,18}") && Long.parseLong(value) < generation;
    }

    private static Optional<String> impossible(Situation situation, String asked) {
        World world = situation.world();
        String generation = Long.toString(world.generation());
        if (!asked.equals(generation)) {
            return Optional.of(
                    "annotation %s says \"%s\" and the tier is at generation %s; write that number, or remove it"
                            .formatted(Marks.ROLLBACK, asked, generation));
        }
        if (!situation.started()) {
            return Optional.of("nothing was taken over yet; remove annotation %s, and set mode: Paused to keep it so"
                    .formatted(Marks.ROLLBACK));
        }
        int recorded = world.originals().flatMap(Originals::incumbentReplicas).orElse(0);
        boolean there =
                world.incumbent().filter((IncumbentView i) -> !i.terminating()).isPresent();
        if (recorded == 0) {
            return Optional.of("nothing served before the tier, so there is nothing to go back to; remove annotation %s"
                    .formatted(Marks.ROLLBACK));
        }
        if (!there) {
            return Optional.of("there is no Deployment %s to go back to; recreate it or remove annotation %s"
                    .formatted(ControllerAcceptance.incumbentKey(world), Marks.ROLLBACK));
        }
        return Optional.empty();
    }
}
