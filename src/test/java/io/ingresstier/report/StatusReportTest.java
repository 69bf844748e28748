package io.ingresstier.report;

import static io.ingresstier.world.ClusterScenario.START;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.Isolation;
import io.ingresstier.api.Reason;
import io.ingresstier.apply.Written;
import io.ingresstier.plan.Planner;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a tier's status says of a picture. */
class StatusReportTest {

    private static final String AT_START = START.toString();

    @Test
    void atFirstSightNothingIsKnownYet() {
        var status = StatusReport.firstSight(fitting().world());

        assertThat(status.conditions()).singleElement().satisfies(ready -> {
            assertThat(ready.getType()).isEqualTo("Ready");
            assertThat(ready.getStatus()).isEqualTo("Unknown");
            assertThat(ready.getReason()).isEqualTo("Observing");
            assertThat(ready.getObservedGeneration()).isEqualTo(1);
        });
        assertThat(status.observedGeneration()).isNull();
        assertThat(status.selector()).isEqualTo("ingresstier.io/tier=default");
    }

    @Test
    void aRefusedSpecIsStalledAndSaysWhatToWrite() {
        var status = report(fitting().replicas(1).world());

        for (ConditionType type : List.of(ConditionType.Ready, ConditionType.Accepted)) {
            assertCondition(status, type, "False", Reason.FewerReplicas);
            assertThat(condition(status, type).getMessage())
                    .startsWith("Deployment")
                    .endsWith("Allow.");
        }
        assertCondition(status, ConditionType.Stalled, "True", Reason.FewerReplicas);
        assertCondition(status, ConditionType.Reconciling, "False", Reason.FewerReplicas);
        assertThat(status.observedGeneration()).isEqualTo(1);
    }

    @Test
    void whatMayStillComeIsWaitedForUntilTheDeadline() {
        World world = cluster().world();
        var early = report(world);
        assertCondition(early, ConditionType.Reconciling, "True", Reason.ServiceNotFound);
        assertCondition(early, ConditionType.Stalled, "False", Reason.ServiceNotFound);

        var late = report(later(world, early, 60));

        assertCondition(late, ConditionType.Stalled, "True", Reason.ServiceNotFound);
        assertCondition(late, ConditionType.Reconciling, "False", Reason.ServiceNotFound);
    }

    @Test
    void aTransitionIsAChangeOfStatusOnly() {
        World refused = fitting().replicas(1).world();
        var before = report(refused);
        World otherwise = fitting()
                .spec(s -> s.withNodes(n -> n.withReplicas(5).withIsolation(Isolation.Exclusive)))
                .world();

        var refusedAgain = report(later(otherwise, before, 30));
        var fits = report(later(fitting().world(), before, 30));

        assertCondition(refusedAgain, ConditionType.Accepted, "False", Reason.NoRoomForOthers);
        assertThat(condition(refusedAgain, ConditionType.Accepted).getLastTransitionTime())
                .isEqualTo(AT_START);
        assertThat(condition(fits, ConditionType.Accepted).getLastTransitionTime())
                .isEqualTo(START.plusSeconds(30).toString());
    }

    @Test
    void theSamePictureGivesTheSameStatus() {
        World world = fitting().replicas(1).world();
        var status = report(world);

        assertThat(report(later(world, status, 30))).isEqualTo(status);
    }

    @Test
    void aWriteThatFailedIsTold() {
        var plan = Planner.plan(fitting().world());
        var failed = new Written(plan.actions().getFirst(), Optional.of("ingresstiers is forbidden"), false);

        var status = StatusReport.of(plan, List.of(failed));

        assertThat(condition(status, ConditionType.Ready).getMessage())
                .contains("failed: ingresstiers is forbidden")
                .endsWith(".");
        assertCondition(status, ConditionType.Ready, "False", Reason.Recording);
    }

    private static ClusterScenario fitting() {
        return cluster().service(Traffic.LOCAL);
    }

    private static IngressTierStatus report(World world) {
        return StatusReport.of(Planner.plan(world), List.of());
    }

    private static World later(World world, IngressTierStatus status, int seconds) {
        return world.with(status).at(world.now().plusSeconds(seconds));
    }

    private static Condition condition(IngressTierStatus status, ConditionType type) {
        return status.condition(type).orElseThrow();
    }

    private static void assertCondition(IngressTierStatus status, ConditionType type, String is, Reason reason) {
        Condition condition = condition(status, type);
        assertThat(condition.getStatus())
                .as(type + ": " + condition.getMessage())
                .isEqualTo(is);
        assertThat(condition.getReason()).isEqualTo(reason.name());
    }
}
