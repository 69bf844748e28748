package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.ingresstier.api.Approval;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.Mode;
import io.ingresstier.api.PlannedAction;
import io.ingresstier.report.Note;
import io.ingresstier.report.StatusReport;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written and what is told where the operator is kept from writing. */
class ModeTest {

    private static SimulatedOperator takeover() {
        return SimulatedOperator.in(cluster().service(Traffic.LOCAL).world());
    }

    private static SimulatedOperator in(Mode mode) {
        return SimulatedOperator.in(
                cluster().service(Traffic.LOCAL).spec(s -> s.withMode(mode)).world());
    }

    private static void set(SimulatedOperator operator, Mode mode) {
        operator.cluster.spec(operator.cluster.tier.getSpec().withMode(mode));
    }

    private static IngressTierStatus status(SimulatedOperator operator) {
        return status(operator.cluster.world());
    }

    private static IngressTierStatus status(World world) {
        return StatusReport.of(Planner.plan(world), List.of());
    }

    private static Condition condition(IngressTierStatus status, ConditionType type) {
        return status.condition(type).orElseThrow();
    }

    private static void assertReady(IngressTierStatus status, String ready, String reason, String... told) {
        Condition condition = condition(status, ConditionType.Ready);
        assertThat(condition.getStatus()).as(condition.getMessage()).isEqualTo(ready);
        assertThat(condition.getReason()).as(condition.getMessage()).isEqualTo(reason);
        assertThat(List.of(told)).as(condition.getMessage()).allMatch(condition.getMessage()::contains);
        assertThat(condition(status, ConditionType.Reconciling).getStatus()).isEqualTo("False");
        assertThat(condition(status, ConditionType.Stalled).getStatus()).isEqualTo("False");
    }

    @Test
    void inModePlanNothingIsWrittenAndTheStatusListsTheWholeTakeover() {
        var operator = in(Mode.Plan).untilQuiet();
        assertThat(operator.done).isEmpty();
        var status = status(operator);
        assertThat(status.plan()).hasSize(12);
        assertReady(status, "False", "Planned", "12 writes", "AddFinalizer of IngressTier default", "mode: Apply");
        assertThat(condition(status, ConditionType.Accepted).getStatus()).isEqualTo("True");
        set(operator, Mode.Apply);
        operator.untilQuiet();
        assertThat(operator.kinds())
                .isEqualTo(status.plan().stream().map(PlannedAction::action).toList());
    }

    @Test
    void inModePlanAnUnchangedClusterGivesAnUnchangedStatus() {
        World world = in(Mode.Plan).untilQuiet().cluster.world();
        var first = status(world);
        World reported = world.with(first);
        assertThat(status(reported.at(world.now().plusSeconds(100)))).isEqualTo(first);
    }

    @Test
    void aServingTierInModePlanHasAnEmptyPlanAndStaysReady() {
        var operator = takeover().untilQuiet();
        set(operator, Mode.Plan);
        var status = status(operator);
        assertThat(status.plan()).isEmpty();
        assertReady(status, "True", "Planned", "Nothing would be written");
    }

    @Test
    void aSpecThatDoesNotFitSaysSoInThePlan() {
        var status = status(cluster()
                .nodes(2, 2)
                .service(Traffic.LOCAL)
                .spec(s -> s.withMode(Mode.Plan))
                .world());
        assertReady(status, "False", "Planned", "add nodes");
        assertThat(condition(status, ConditionType.Accepted).getReason()).isEqualTo("NotEnoughNodes");
        assertThat(status.plan()).extracting(PlannedAction::refusedBy).containsExactly("NotEnoughNodes");
    }

    @Test
    void aDeletedTierInModePlanListsTheRestoreAndItsDeletionWaits() {
        var operator = takeover().untilQuiet();
        set(operator, Mode.Plan);
        operator.done.clear();
        operator.deleteTier().untilQuiet();
        assertThat(operator.done).isEmpty();
        var status = status(operator);
        assertReady(status, "False", "Planned", "The deletion waits", "RestoreIncumbent");
        assertThat(status.plan()).extracting(PlannedAction::action).endsWith("ForgetOriginals", "RemoveFinalizer");
        set(operator, Mode.Apply);
        operator.untilQuiet();
        assertThat(operator.cluster.gone()).isTrue();
        assertThat(operator.kinds())
                .containsExactlyInAnyOrderElementsOf(
                        status.plan().stream().map(PlannedAction::action).toList());
    }

    @Test
    void aPausedTakeoverWritesNothingTellsWhereItStandsAndGoesOn() {
        var operator = takeover().untilDone(NodeAction.ClaimNode.class);
        set(operator, Mode.Paused);
        int written = operator.done.size();
        operator.untilQuiet();
        assertThat(operator.done).hasSize(written);
        var status = status(operator);
        assertReady(status, "False", "Paused", "It stands at ClaimingNodes", "mode: Apply");
        assertThat(status.plan()).isEmpty();
        assertThat(status.nodes()).hasSize(1);
        set(operator, Mode.Apply);
        assertThat(operator.untilQuiet().plan.current()).isEmpty();
    }

    @Test
    void aPausedDeletionWaits() {
        var operator = takeover().untilQuiet();
        set(operator, Mode.Paused);
        assertReady(status(operator), "True", "Paused");
        operator.done.clear();
        operator.deleteTier().untilQuiet();
        assertThat(operator.done).isEmpty();
        assertReady(status(operator), "False", "Paused", "let the deletion go on, which waits");
    }

    private static SimulatedOperator asking() {
        return SimulatedOperator.in(cluster()
                .service(Traffic.LOCAL)
                .spec(s -> s.withRollout(r -> r.withApproval(Approval.BeforeAttach)))
                .world());
    }

    private static void approve(SimulatedOperator operator, String generation) {
        var tier = operator.cluster.tier;
        tier.setMetadata(new ObjectMetaBuilder(tier.getMetadata())
                .withAnnotations(Map.of(Marks.APPROVE, generation))
                .build());
    }

    @Test
    void beforeTheFirstServiceIsWrittenItAwaitsApprovalAndSaysTheCommand() {
        var operator = asking().untilQuiet();
        assertThat(operator.kinds()).endsWith("ClaimNode");
        World world = operator.cluster.world();
        var plan = Planner.plan(world);
        var status = StatusReport.of(plan, List.of());
        Condition reconciling = condition(status, ConditionType.Reconciling);
        assertThat(reconciling.getStatus()).isEqualTo("True");
        assertThat(reconciling.getReason()).isEqualTo("AwaitingApproval");
        assertThat(reconciling.getMessage())
                .contains("\"kubectl annotate itier default ingresstier.io/approve=1 --overwrite\"");
        assertThat(condition(status, ConditionType.Stalled).getStatus()).isEqualTo("False");
        assertThat(Note.of(plan, List.of(), status))
                .filteredOn(n -> n.reason().equals("AwaitingApproval"))
                .hasSize(1)
                .noneMatch(Note::warning);
        World told = world.with(status);
        var again = Planner.plan(told);
        assertThat(Note.of(again, List.of(), StatusReport.of(again, List.of()))).isEmpty();
    }

    @Test
    void onlyTheApprovalOfThisGenerationLetsItGoOn() {
        var operator = asking().untilQuiet();
        approve(operator, "2");
        assertThat(operator.untilQuiet().kinds()).doesNotContain("EnableDraining", "AttachService");
        approve(operator, "1");
        assertThat(operator.untilQuiet().plan.current()).as(operator.told()).isEmpty();
        assertThat(operator.kinds()).contains("AttachService", "ScaleIncumbent");
    }

    @Test
    void onceAttachedARepairAsksNobody() {
        var operator = asking();
        approve(operator, "1");
        operator.untilDone(ServiceAction.AttachService.class).untilQuiet();
        approve(operator, "none");
        operator.cluster.services.values().stream().toList().forEach(s -> {
            for (String mark : List.of(Marks.ATTACHED_AT, Marks.HASH_BEFORE)) {
                operator.cluster.annotate(s.key(), mark, java.util.Optional.empty());
            }
        });
        operator.done.clear();
        assertThat(operator.untilQuiet().kinds()).contains("AttachService");
    }

    @ParameterizedTest
    @EnumSource(names = {"Plan", "Paused"})
    void whatWouldGoOnByItselfIsStillLookedAt(Mode mode) {
        var operator = takeover().untilDone(ServiceAction.AttachService.class);
        set(operator, mode);
        operator.untilQuiet();
        assertThat(operator.plan.outcome(Soak.class).orElseThrow().done())
                .as(operator.told())
                .isTrue();
        assertThat(operator.kinds()).doesNotContain("NarrowSelector");
    }
}
