package io.ingresstier.plan;

import static io.ingresstier.plan.AcceptanceTest.refused;
import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.world.ClusterScenario.ROLE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Isolation;
import io.ingresstier.api.Reason;
import io.ingresstier.guard.Guard;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.NodeTaint;
import io.ingresstier.world.NodeView;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An exclusive tier keeps other pods off its members, and gives the nodes back as they were. */
class IsolationTest {

    private static final NodeTaint TAINT = NodeTaint.exclusive(ROLE, "true");

    private static ClusterScenario exclusive() {
        return cluster().service(Traffic.LOCAL).spec(s -> s.withNodes(n -> n.withIsolation(Isolation.Exclusive)));
    }

    private static List<String> tainted(SimulatedOperator operator) {
        return operator.cluster.nodes.values().stream()
                .filter(n -> n.tainted(TAINT))
                .map(NodeView::name)
                .toList();
    }

    private static void isolate(SimulatedOperator operator, Isolation isolation) {
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withIsolation(isolation)));
        operator.untilQuiet();
    }

    @Test
    void everyMemberIsTaintedOnceItsPodHasProvenItselfAndADeletionTakesTheTaintsOffFirst() {
        var operator = SimulatedOperator.in(exclusive().world());
        var before = operator.cluster.remembered();
        operator.until(o -> {
            var world = o.cluster.world();
            assertThat(world.members())
                    .filteredOn(m -> m.node().tainted(TAINT))
                    .allMatch(m -> m.pod().filter(p -> p.ready()).isPresent());
            return false;
        });
        assertTakenOver(operator);
        assertThat(tainted(operator)).containsExactly("n3", "n4", "n5");
        operator.assertQuiet();
        operator.done.clear();
        operator.deleteTier().untilQuiet();
        assertThat(operator.kinds()).startsWith("UntaintNode", "UntaintNode", "UntaintNode", "RestoreIncumbent");
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.remembered()).isEqualTo(before);
    }

    @Test
    void switchedToSharedAndBackTheTaintsFollow() {
        var operator = SimulatedOperator.in(exclusive().world()).untilQuiet();
        operator.done.clear();
        isolate(operator, Isolation.Shared);
        assertThat(operator.kinds()).containsOnly("UntaintNode");
        assertThat(tainted(operator)).isEmpty();
        assertTakenOver(operator);
        operator.done.clear();
        isolate(operator, Isolation.Exclusive);
        assertThat(operator.kinds()).containsOnly("TaintNode");
        assertThat(tainted(operator)).containsExactly("n3", "n4", "n5");
    }

    @Test
    void aMemberThatLeavesLosesTheTaintWithTheLabel() {
        var operator = SimulatedOperator.in(exclusive().world()).untilQuiet();
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(2)));
        operator.untilDone(NodeAction.ReleaseNode.class);
        assertThat(tainted(operator)).hasSize(2);
        operator.untilQuiet();
        assertThat(operator.cluster.nodes.values())
                .filteredOn(n -> !n.labelled(ROLE, "true"))
                .allMatch(n -> n.annotations().isEmpty() && n.taints().isEmpty());
    }

    @Test
    void aTaintThatWasFoundStays() {
        var other = new NodeTaint("pool", "edge", "PreferNoSchedule");
        var operator = SimulatedOperator.in(exclusive()
                .found("n3")
                .node("n3", n -> n.withTaints(List.of(TAINT, other)))
                .node("n4", n -> n.withTaints(List.of(other)))
                .world());
        var before = operator.cluster.remembered();
        operator.untilQuiet();
        assertTakenOver(operator);
        assertThat(operator.cluster.nodes.get("n3").annotations()).doesNotContainKey(Marks.TAINTED);
        assertThat(operator.cluster.nodes.get("n4").taints()).containsExactly(other, TAINT);
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.remembered()).isEqualTo(before);
    }

    @Test
    void whereTooFewNodesWouldRemainNothingIsWritten() {
        refused(exclusive().nodes(4, 2).world(), Reason.NoRoomForOthers, "would leave 1 nodes", "set Shared");
    }

    @Test
    void whereTheOthersGoLaterNoMoreIsTainted() {
        var world =
                SimulatedOperator.in(exclusive().world()).untilQuiet().cluster.world();
        var taint = new NodeAction.TaintNode(world.nodes().get("n6"), TAINT);
        assertThat(Guard.judge(world, taint)).isEmpty();
        var fewer = world.with(world.nodes().get("n2").withTaints(List.of(new NodeTaint("gpu", "", "NoSchedule"))));
        assertThat(Guard.judge(fewer, taint).map(Refusal::reason)).contains(Reason.NoRoomForOthers);
    }
}
