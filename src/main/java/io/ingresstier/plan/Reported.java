package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.TakeoverStatus;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a pass leaves in the status for later ones to read: when the soak began and under whom, and what was passed. */
final class Reported {

    private Reported() {}

    /**
     * The later picture with what was reported of an earlier one.
     *
     * @param later what has become of the plan's own
     */
    static World after(Plan plan, World later) {
        World world = plan.situation().world();
        IngressTierStatus before = world.tier().getStatus();
        var conditions = new ArrayList<>(before.conditions());
        plan.outcome(Accept.class).ifPresent(o -> put(conditions, world, ConditionType.Accepted, o));
        plan.outcome(Soak.class).ifPresent(o -> put(conditions, world, ConditionType.Soaked, o));
        TakeoverStatus takeover = Soak.remembered(plan);
        return later.with(before.with(forgotten(plan, later) ? takeover.withoutOriginals() : takeover, conditions));
    }

    /** Whether the plan deletes the record, and that has been carried out. */
    private static boolean forgotten(Plan plan, World later) {
        return later.originals().isEmpty()
                && plan.actions().stream().anyMatch(OriginalsAction.ForgetOriginals.class::isInstance);
    }

    private static void put(List<Condition> conditions, World world, ConditionType type, Outcome outcome) {
        String status = outcome.done() ? "True" : "False";
        Optional<Condition> before =
                conditions.stream().filter(c -> type.name().equals(c.getType())).findFirst();
        before.ifPresent(conditions::remove);
        conditions.add(new ConditionBuilder()
                .withType(type.name())
                .withStatus(status)
                .withReason(outcome.reason().name())
                .withMessage(outcome.message())
                .withLastTransitionTime(before.filter(c -> status.equals(c.getStatus()))
                        .map(Condition::getLastTransitionTime)
                        .orElse(world.now().toString()))
                .withObservedGeneration(
                        Objects.requireNonNullElse(world.tier().getMetadata().getGeneration(), 0L))
                .build());
    }
}
