package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertRestored;
import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Edits;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodAction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cordoned member leaves as far as drained, and comes back or is replaced. */
class CordonTest {

    private static final long GRACE = 900;

    private static SimulatedOperator served(Traffic traffic) {
        return served(cluster().service(traffic).world());
    }

    private static SimulatedOperator served(io.ingresstier.world.World world) {
        var operator = SimulatedOperator.in(world).untilQuiet();
        operator.done.clear();
        return operator;
    }

    /** Nodes with what was done to them, pods without their names. */
    private static List<String> done(SimulatedOperator operator) {
        return operator.done.stream()
                .map(d -> d.contains("/") ? d.substring(0, d.indexOf(' ')) : d)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void isExcludedAgainWhereSomebodyTakesTheLabelOff(Traffic traffic) {
        var operator = served(traffic);
        operator.cluster.cordon("n4", true);
        operator.untilDone(NodeAction.ExcludeNode.class);
        unexclude(operator);
        operator.untilDone(PodAction.DetachPod.class);
        assertThat(done(operator)).containsExactly("ExcludeNode n4", "ExcludeNode n4", "DetachPod");
        unexclude(operator);
        operator.forSeconds(30);
        assertThat(operator.cluster.nodes.get("n4").labels()).containsKey(Marks.EXCLUDE);
        operator.cluster.cordon("n4", false);
        assertTakenOver(operator.untilQuiet());
    }

    private static void unexclude(SimulatedOperator operator) {
        NodeView node = operator.cluster.nodes.get("n4");
        operator.cluster.put(node.with(Edits.of(Map.of(Marks.EXCLUDE, Optional.empty()), Map.of())));
        operator.platform.react();
    }

    @ParameterizedTest
    @EnumSource
    void isNotDrainedWhileTheSlicesStillSendToItsPod(Traffic traffic) {
        var operator = served(traffic);
        operator.platform.sliceSeconds = () -> 200;
        operator.cluster.cordon("n4", true);
        operator.untilDone(PodAction.DetachPod.class).forSeconds(150);
        assertThat(done(operator)).containsExactly("ExcludeNode n4", "DetachPod");
        operator.forSeconds(100);
        assertThat(done(operator)).containsExactly("ExcludeNode n4", "DetachPod", "MarkDrained n4");
    }

    @Test
    void doesNotWaitForOneThatSomebodyElseKeepsOutOfTheBalancers() {
        var operator = served(cluster().found("n2").service(Traffic.LOCAL).world());
        NodeView found = operator.cluster.nodes.get("n2");
        operator.cluster.put(found.with(Edits.of(Map.of(Marks.EXCLUDE, Optional.of("")), Map.of())));
        operator.platform.react();
        operator.untilQuiet();
        operator.done.clear();
        operator.cluster.cordon("n4", true);
        operator.forSeconds(GRACE / 2);
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().message()).doesNotContain("once");
    }

    @ParameterizedTest
    @EnumSource
    void drainsAndComesBackWhenUncordoned(Traffic traffic) {
        var operator = served(traffic);
        operator.cluster.cordon("n4", true);
        operator.forSeconds(GRACE / 2);
        assertThat(done(operator)).containsExactly("ExcludeNode n4", "DetachPod", "MarkDrained n4");
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().message()).contains("cordoned", "n4");
        assertThat(operator.cluster.nodes.get("n4").annotations()).containsKey(Marks.DRAINED);
        operator.cluster.cordon("n4", false);
        operator.untilQuiet();
        assertThat(done(operator))
                .containsExactly(
                        "ExcludeNode n4",
                        "DetachPod",
                        "MarkDrained n4",
                        "UnmarkDrained n4",
                        "AttachPod",
                        "IncludeNode n4");
        assertTakenOver(operator);
        operator.assertQuiet();
        assertRestored(operator);
    }

    @Test
    void isReplacedOnlyAfterTheGraceAndGoesOnceItsReplacementServes() {
        var operator = served(Traffic.LOCAL);
        operator.cluster.cordon("n4", true);
        var since = operator.cluster.now;
        operator.untilDone(NodeAction.ClaimNode.class);
        assertThat(operator.cluster.now).isEqualTo(since.plusSeconds(GRACE));
        operator.untilQuiet();
        assertThat(done(operator))
                .containsExactly(
                        "ExcludeNode n4",
                        "DetachPod",
                        "MarkDrained n4",
                        "ClaimNode n1",
                        "ReleaseNode n4",
                        "IncludeNode n4",
                        "RemoveMarks n4");
        assertTakenOver(operator);
    }

    @Test
    void uncordonedWhileItsReplacementStartsItStaysAndTheOtherIsGivenUp() {
        var operator = served(Traffic.LOCAL);
        operator.cluster.cordon("n4", true);
        operator.untilDone(NodeAction.ClaimNode.class);
        operator.cluster.cordon("n4", false);
        operator.untilQuiet();
        assertThat(done(operator))
                .contains("UnmarkDrained n4", "AttachPod", "IncludeNode n4", "ReleaseNode n1")
                .doesNotContain("ReleaseNode n4");
        assertTakenOver(operator);
    }

    /** The surge knows of no cordon, and the old pod, which is drained, stays until the new one has proven itself. */
    @ParameterizedTest
    @EnumSource(names = {"CLUSTER", "POD_DIRECT"})
    void aNewPodThatComesToADrainedNodeIsDrainedLikeTheOldOne(Traffic traffic) {
        var operator = served(traffic);
        operator.cluster.cordon("n4", true);
        operator.untilDone(NodeAction.MarkDrained.class);
        operator.done.clear();
        operator.image("registry.example/ingress-nginx:2").untilDone(PodAction.DetachPod.class);
        var detached = operator.cluster.now;
        operator.untilDone(NodeAction.MarkDrained.class);
        assertThat(operator.done).as(operator.told()).contains("UnmarkDrained n4");
        assertThat(operator.cluster.now)
                .isAfterOrEqualTo(detached.plusSeconds(
                        operator.cluster.tier.getSpec().rollout().drainSeconds()));
    }

    @Test
    void whereMinAvailableWouldBeTouchedAnotherServesFirstAndIsGivenUpLast() {
        var operator = served(cluster()
                .service(Traffic.LOCAL)
                .spec(s -> s.withNodes(n -> n.withMinAvailable(3)))
                .world());
        operator.cluster.cordon("n4", true);
        operator.forSeconds(GRACE / 2);
        assertThat(done(operator)).containsExactly("ClaimNode n1", "ExcludeNode n4", "DetachPod", "MarkDrained n4");
        operator.done.clear();
        operator.cluster.cordon("n4", false);
        operator.untilQuiet();
        assertThat(done(operator))
                .containsExactly(
                        "UnmarkDrained n4",
                        "AttachPod",
                        "IncludeNode n4",
                        "ExcludeNode n1",
                        "DetachPod",
                        "MarkDrained n1",
                        "ReleaseNode n1",
                        "IncludeNode n1",
                        "RemoveMarks n1");
        assertTakenOver(operator);
    }

    @Test
    void aSoleMemberIsDrainedOnlyBesideAnother() {
        var operator = served(
                cluster().incumbents(1).replicas(1).service(Traffic.CLUSTER).world());
        operator.cluster.cordon("n2", true);
        operator.forSeconds(GRACE / 2);
        assertThat(operator.kinds()).containsExactly("ClaimNode", "ExcludeNode", "DetachPod", "MarkDrained");
    }

    @Test
    void whereNoNodeCanTakeItsPlaceItStaysInServiceAndThatIsSaid() {
        var operator = served(cluster()
                .nodes(3, 3)
                .service(Traffic.LOCAL)
                .spec(s -> s.withNodes(n -> n.withMinAvailable(3)))
                .world());
        operator.cluster.cordon("n2", true);
        operator.forSeconds(GRACE / 2);
        assertThat(operator.done).isEmpty();
        var outcome = operator.plan.outcome(Tend.class).orElseThrow();
        assertThat(outcome.refusal().orElseThrow().reason()).isEqualTo(Reason.MinAvailableHeld);
        assertThat(outcome.message()).contains("n2 cannot go", "no node can take its place");
    }

    @Test
    void allCordonedAtOnceNeverLeaveFewerThanMinAvailable() {
        var operator = served(Traffic.LOCAL);
        for (String node : List.of("n1", "n2", "n3", "n4", "n5", "n6")) {
            operator.cluster.cordon(node, true);
        }
        operator.untilQuiet();
        assertThat(operator.kinds()).containsOnlyOnce("ExcludeNode");
        operator.cluster.nodes.keySet().forEach(node -> operator.cluster.cordon(node, false));
        operator.untilQuiet();
        assertTakenOver(operator);
    }
}
