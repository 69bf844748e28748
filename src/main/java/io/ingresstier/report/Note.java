package io.ingresstier.report;

import io.fabric8.kubernetes.api.model.Condition;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.Reason;
import io.ingresstier.apply.Written;
import io.ingresstier.plan.Accept;
import io.ingresstier.plan.Outcome;
import io.ingresstier.plan.Plan;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Something that happened and that people should be told of.
 *
 * @param warning {@code Warning} rather than {@code Normal}
 * @param node the node it is about, told on the Node too
 */
public record Note(boolean warning, String reason, String message, Optional<String> node) {

    public Note {
        message = Sentence.of(message);
    }

    /** What happened in a pass: the writes that were made, and what the new status says that the old one did not. */
    public static List<Note> of(Plan plan, List<Written> written, IngressTierStatus now) {
        World world = plan.situation().world();
        IngressTierStatus before = world.tier().getStatus();
        var notes = new ArrayList<Note>();
        for (Written each : written) {
            if (each.problem().isEmpty()) {
                write(each).ifPresent(notes::add);
            }
        }
        notes.addAll(Farewell.of(plan, written));
        notes.addAll(NodeNotes.of(plan, written, now));
        concerns(plan, before).forEach(notes::add);
        for (ConditionType type : ConditionType.values()) {
            transition(type, before, now).ifPresent(notes::add);
        }
        return List.copyOf(notes);
    }

    /** Told when they come up: each stands in the condition for as long as it holds. */
    private static Stream<Note> concerns(Plan plan, IngressTierStatus before) {
        String told = before.condition(ConditionType.Accepted)
                .map(Condition::getMessage)
                .orElse("");
        boolean accepted = plan.outcome(Accept.class).filter(Outcome::done).isPresent();
        return plan.situation().concerns().stream()
                .filter(c -> accepted && !told.contains(c.message()))
                .map(c -> new Note(true, c.reason().name(), c.message(), Optional.empty()));
    }

    private static Optional<Note> write(Written written) {
        return switch (written.action()) {
            case OriginalsAction.RecordRollback a ->
                Optional.of(new Note(
                        true,
                        Reason.RollingBack.name(),
                        "Generation %d is being rolled back: %s"
                                .formatted(a.decided().generation(), a.decided().because()),
                        Optional.empty()));
            default -> Optional.empty();
        };
    }

    private static Optional<Note> transition(ConditionType type, IngressTierStatus before, IngressTierStatus now) {
        var old = before.condition(type);
        return now.condition(type)
                .filter(c -> old.filter(o -> c.getStatus().equals(o.getStatus())
                                && c.getReason().equals(o.getReason()))
                        .isEmpty())
                .flatMap(c -> {
                    boolean holds = "True".equals(c.getStatus());
                    return switch (type) {
                        case Stalled, Contested ->
                            holds
                                    ? Optional.of(new Note(true, c.getReason(), c.getMessage(), Optional.empty()))
                                    : Optional.empty();
                        case TakenOver, BackendsSettled ->
                            holds
                                    ? Optional.of(new Note(false, type.name(), c.getMessage(), Optional.empty()))
                                    : Optional.empty();
                        case NodesReady, WorkloadAvailable, Soaked ->
                            holds
                                    ? Optional.of(new Note(
                                            false,
                                            "StepCompleted",
                                            type.name() + ": " + c.getMessage(),
                                            Optional.empty()))
                                    : Optional.empty();
                        case Reconciling ->
                            holds && Reason.MassFailure.name().equals(c.getReason())
                                    ? Optional.of(new Note(true, c.getReason(), c.getMessage(), Optional.empty()))
                                    : holds
                                                    && Set.of(Reason.AwaitingApproval.name(), Reason.RollingOut.name())
                                                            .contains(c.getReason())
                                            ? Optional.of(
                                                    new Note(false, c.getReason(), c.getMessage(), Optional.empty()))
                                            : Optional.empty();
                        case Ready, Accepted -> Optional.empty();
                    };
                });
    }
}
