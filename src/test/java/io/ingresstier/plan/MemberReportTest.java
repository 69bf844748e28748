package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.NodeState;
import io.ingresstier.api.NodeStatus;
import io.ingresstier.api.Reason;
import io.ingresstier.apply.Written;
import io.ingresstier.report.Note;
import io.ingresstier.report.StatusReport;
import io.ingresstier.world.Answer;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the status and the events say of members while they live. */
class MemberReportTest {

    private final SimulatedOperator operator =
            SimulatedOperator.in(cluster().service(Traffic.LOCAL).world()).untilQuiet();

    private void flip(String node, boolean ready) {
        operator.watch.faultless = false;
        operator.platform.flip(node, ready);
        operator.platform.react();
    }

    private IngressTierStatus status() {
        return StatusReport.of(Planner.plan(operator.cluster.world()), List.of());
    }

    private NodeStatus member(String name) {
        return status().nodes().stream()
                .filter(n -> n.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void assertMember(String name, NodeState state, String reason) {
        assertThat(member(name)).satisfies(n -> {
            assertThat(n.state()).isEqualTo(state);
            assertThat(n.reason()).isEqualTo(reason);
        });
    }

    /** What is told of a pass that has made these writes. */
    private List<Note> told(NodeAction... writes) {
        var plan = Planner.plan(operator.cluster.world());
        List<Written> written = List.of(writes).stream()
                .map(w -> new Written(w, Optional.empty(), false))
                .toList();
        return Note.of(plan, written, StatusReport.of(plan, written));
    }

    private void remember() {
        operator.cluster.status(status());
    }

    @Test
    void aCordonedMemberIsFollowedToDrainedAndBack() {
        assertMember("n4", NodeState.Serving, "ClaimedAndServing");
        operator.cluster.cordon("n4", true);
        assertMember("n4", NodeState.Cordoned, "NodeCordoned");
        operator.done.clear();
        operator.untilDone(NodeAction.ExcludeNode.class);
        assertMember("n4", NodeState.Excluded, "NodeCordoned");
        operator.untilDone(PodAction.DetachPod.class);
        assertMember("n4", NodeState.Draining, "NodeCordoned");
        operator.untilDone(NodeAction.MarkDrained.class);
        assertMember("n4", NodeState.Cordoned, "CordonedAndDrained");
        operator.cluster.cordon("n4", false);
        assertMember("n4", NodeState.Draining, "ComesBack");
        operator.untilQuiet();
        assertMember("n4", NodeState.Serving, "ClaimedAndServing");
    }

    @Test
    void aTierWithADrainedMemberIsNotReadyAndSaysWhose() {
        operator.cluster.cordon("n4", true);
        operator.done.clear();
        operator.untilDone(NodeAction.MarkDrained.class);
        var ready = status().conditions().getFirst();
        assertThat(ready.getType()).isEqualTo("Ready");
        assertThat(ready.getStatus()).isEqualTo("False");
        assertThat(ready.getReason()).isEqualTo(Reason.Leaving.name());
        assertThat(ready.getMessage()).contains("n4");
    }

    @Test
    void aMemberThatHasToGoSaysWhyWhileItStillServes() {
        operator.cluster.taint("n4", "karpenter.sh/disrupted");
        assertMember("n4", NodeState.Serving, "RemovalTaint");
    }

    @Test
    void aLostNodeIsAWarningOnTheNodeOnceAndItsReplacementIsTold() {
        remember();
        flip("n4", false);
        assertMember("n4", NodeState.Starting, "NodeNotReady");
        operator.forSeconds(89);
        assertThat(told()).noneMatch(n -> n.reason().equals("NodeLost"));
        operator.forSeconds(2);
        assertMember("n4", NodeState.Lost, "NodeNotReady");
        assertThat(told()).anySatisfy(n -> {
            assertThat(n.reason()).isEqualTo("NodeLost");
            assertThat(n.warning()).isTrue();
            assertThat(n.node()).contains("n4");
        });
        remember();
        assertThat(told()).noneMatch(n -> n.reason().equals("NodeLost"));
        operator.until(o ->
                Planner.plan(o.cluster.world()).actions().stream().anyMatch(NodeAction.ReleaseNode.class::isInstance));
        var release =
                (NodeAction) Planner.plan(operator.cluster.world()).actions().getLast();
        assertThat(told(release)).extracting(Note::reason).contains("NodeReleased", "NodeReplaced");
        assertThat(told(release))
                .filteredOn(n -> n.reason().equals("NodeReplaced"))
                .singleElement()
                .satisfies(n -> assertThat(n.message()).contains("n4", "nodes.replaceAfterSeconds"));
    }

    @Test
    void whoIsTakenOutIsAWarningWhereItsPodDoesNotAnswerAndNoneWhereItsNodeIsCordoned() {
        operator.cluster.cordon("n4", true);
        assertExclusionTold(false, "for it is cordoned");
        operator.cluster.cordon("n4", false);
        Endings.tierPods(operator)
                .forEach(
                        p -> operator.judge(p, p.nodeName().equals("n4") ? Answer.State.SILENT : Answer.State.ANSWERS));
        assertExclusionTold(true, "for its pod does not answer");
    }

    private void assertExclusionTold(boolean warning, String because) {
        var now = operator.cluster.now;
        assertThat(told(new NodeAction.ExcludeNode(operator.cluster.nodes.get("n4"), now)))
                .filteredOn(n -> n.reason().equals("NodeExcluded"))
                .singleElement()
                .satisfies(n -> assertThat(n.warning()).isEqualTo(warning))
                .satisfies(n -> assertThat(n.message()).contains(because));
    }

    @Test
    void aNodeObjectThatIsGoneIsAWarningToo() {
        remember();
        operator.watch.faultless = false;
        operator.cluster.nodes.remove("n4");
        operator.platform.react();
        assertThat(told()).anySatisfy(n -> {
            assertThat(n.reason()).isEqualTo("NodeLost");
            assertThat(n.node()).contains("n4");
        });
    }

    @Test
    void scalingInIsNoReplacement() {
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(2)));
        operator.until(o ->
                Planner.plan(o.cluster.world()).actions().stream().anyMatch(NodeAction.ReleaseNode.class::isInstance));
        var release =
                (NodeAction) Planner.plan(operator.cluster.world()).actions().getLast();
        assertThat(told(release))
                .extracting(Note::reason)
                .contains("NodeReleased")
                .doesNotContain("NodeReplaced");
    }

    @Test
    void aMassFailureIsAWarningOnceAndStalledItIsNot() {
        remember();
        flip("n3", false);
        flip("n4", false);
        assertThat(told())
                .filteredOn(n -> n.reason().equals("MassFailure"))
                .singleElement()
                .satisfies(n -> {
                    assertThat(n.warning()).isTrue();
                    assertThat(n.message()).contains("n3, n4");
                });
        assertThat(status().condition(ConditionType.Stalled).orElseThrow().getStatus())
                .isEqualTo("False");
        remember();
        assertThat(told()).noneMatch(n -> n.reason().equals("MassFailure"));
    }
}
