package io.ingresstier.report;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.Reason;
import io.ingresstier.plan.Accept;
import io.ingresstier.plan.Claim;
import io.ingresstier.plan.Direction;
import io.ingresstier.plan.Outcome;
import io.ingresstier.plan.Plan;
import io.ingresstier.plan.Retire;
import io.ingresstier.plan.Settle;
import io.ingresstier.plan.Soak;
import io.ingresstier.plan.Step;
import io.ingresstier.plan.Workload;
import io.ingresstier.world.World;
import io.ingresstier.world.WriteHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The conditions of a tier, in the meaning that kstatus gives to Ready, Reconciling and Stalled. */
final class Conditions {

    private static final String TRUE = "True";
    private static final String FALSE = "False";
    private static final String UNKNOWN = "Unknown";

    private final World world;
    private final IngressTierStatus before;
    private final List<Condition> conditions = new ArrayList<>();

    private Conditions(World world) {
        this.world = world;
        this.before = world.tier().getStatus();
    }

    /** Before the first decision. */
    static List<Condition> unknown(World world) {
        var conditions = new Conditions(world);
        conditions.put(ConditionType.Ready, UNKNOWN, Reason.Observing, Reason.Observing.sentence());
        return List.copyOf(conditions.conditions);
    }

    static List<Condition> of(Plan plan, Verdict verdict) {
        var conditions = new Conditions(plan.situation().world());
        conditions.put(ConditionType.Ready, verdict.ready() ? TRUE : FALSE, verdict.reason(), verdict.message());
        conditions.put(ConditionType.Reconciling, verdict.moving() ? TRUE : FALSE, verdict.reason(), verdict.message());
        conditions.put(ConditionType.Stalled, verdict.stalled() ? TRUE : FALSE, verdict.reason(), verdict.message());
        conditions.step(plan, ConditionType.Accepted, Accept.class);
        conditions.step(plan, ConditionType.WorkloadAvailable, Workload.class);
        conditions.step(plan, ConditionType.NodesReady, Claim.class);
        conditions.step(plan, ConditionType.BackendsSettled, Settle.class);
        conditions.step(plan, ConditionType.Soaked, Soak.class);
        conditions.step(plan, ConditionType.TakenOver, Retire.class);
        conditions.contested(plan);
        return List.copyOf(conditions.conditions);
    }

    /** Abnormal when true, and absent until it has been so. */
    private void contested(Plan plan) {
        Optional<String> contest = plan.refusals().stream()
                .filter(r -> r.reason() == Reason.Contested)
                .map(Sentence::of)
                .findFirst()
                .or(() -> WriteHistory.contests(world).stream()
                        .map(e -> "%s of %s was undone by %s. %s"
                                .formatted(
                                        e.action(),
                                        e.object(),
                                        Optional.ofNullable(e.manager())
                                                .map("field manager %s"::formatted)
                                                .orElse("another writer"),
                                        Reason.Contested.sentence()))
                        .findFirst());
        if (contest.isPresent()) {
            put(ConditionType.Contested, TRUE, Reason.Contested, contest.get());
        } else if (before.condition(ConditionType.Contested).isPresent()) {
            put(ConditionType.Contested, FALSE, Reason.Uncontested, Reason.Uncontested.sentence());
        }
    }

    /** A step that the direction does not have says nothing new: its condition stays as it was. */
    private void step(Plan plan, ConditionType type, Class<? extends Step> step) {
        plan.outcome(step)
                .ifPresentOrElse(
                        outcome -> put(type, outcome),
                        () -> before.condition(type).ifPresent(c -> keep(plan, type, c)));
    }

    /** What was reached is no more once the tier is rolled back; why a step failed stays. */
    private void keep(Plan plan, ConditionType type, Condition condition) {
        if (plan.direction() == Direction.ROLLBACK
                && type != ConditionType.Accepted
                && TRUE.equals(condition.getStatus())) {
            put(type, FALSE, Reason.RolledBack, Reason.RolledBack.sentence());
        } else {
            conditions.add(condition);
        }
    }

    private void put(ConditionType type, Outcome outcome) {
        put(
                type,
                outcome.done() ? TRUE : FALSE,
                outcome.reason(),
                outcome.refusal().map(Sentence::of).orElse(outcome.message()));
    }

    private void put(ConditionType type, String status, Reason reason, String message) {
        var previous = before.condition(type);
        String since = previous.filter(c -> status.equals(c.getStatus()))
                .map(Condition::getLastTransitionTime)
                .orElse(Times.seconds(world.now()));
        conditions.add(new ConditionBuilder()
                .withType(type.name())
                .withStatus(status)
                .withReason(reason.name())
                .withMessage(Sentence.of(message))
                .withLastTransitionTime(since)
                .withObservedGeneration(
                        Objects.requireNonNullElse(world.tier().getMetadata().getGeneration(), 0L))
                .build());
    }
}
