package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.world.ClusterScenario.Traffic;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole course of things, there and back, in an undisturbed cluster. */
class TakeoverTest {

    private static final List<String> THERE = List.of(
            "AddFinalizer",
            "RecordOriginals",
            "ApplyWorkload",
            "ClaimNode",
            "ClaimNode",
            "ClaimNode",
            "EnableDraining",
            "AttachService",
            "NarrowSelector",
            "RecordRetired",
            "ScaleIncumbent",
            "WidenSelector");

    /** The next member leaves while the pod of the one before is still stopping. */
    private static final List<String> BACK = List.of(
            "RestoreIncumbent",
            "RestoreService",
            "ExcludeNode",
            "DetachPod",
            "ReleaseNode",
            "ExcludeNode",
            "DetachPod",
            "IncludeNode",
            "RemoveMarks",
            "ReleaseNode",
            "ExcludeNode",
            "DetachPod",
            "IncludeNode",
            "RemoveMarks",
            "ReleaseNode",
            "IncludeNode",
            "RemoveMarks",
            "DeleteWorkload",
            "RestoreDraining",
            "ForgetOriginals",
            "RemoveFinalizer");

    @ParameterizedTest
    @EnumSource
    void aTakeoverMakesTheseWritesInThisOrderAndIsThenQuiet(Traffic traffic) {
        var operator = SimulatedOperator.in(cluster().service(traffic).world()).untilQuiet();
        assertThat(operator.kinds()).as(operator.told()).isEqualTo(THERE);
        assertThat(operator.plan.current()).isEmpty();
        assertThat(operator.plan.lookAgainAt()).isEmpty();
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isZero();
        operator.assertQuiet();
    }

    @ParameterizedTest
    @EnumSource
    void aDeletionPutsEverythingBack(Traffic traffic) {
        var operator = SimulatedOperator.in(cluster().service(traffic).world());
        var before = operator.cluster.remembered();
        operator.untilQuiet();
        operator.done.clear();
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.remembered()).isEqualTo(before);
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isGreaterThanOrEqualTo(2);
        assertThat(operator.kinds()).as(operator.told()).isEqualTo(BACK);
    }

    @ParameterizedTest
    @EnumSource
    void theSamePictureAlwaysGivesTheSamePlan(Traffic traffic) {
        var operator = SimulatedOperator.in(cluster().service(traffic).world());
        operator.until(o -> {
            var world = o.cluster.world();
            var plan = Planner.plan(world);
            assertThat(plan.actions()).isEqualTo(Planner.plan(world).actions());
            assertThat(plan.lookAgainAt()).isEqualTo(Planner.plan(world).lookAgainAt());
            return false;
        });
    }
}
