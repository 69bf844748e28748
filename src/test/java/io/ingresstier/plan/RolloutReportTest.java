package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.NodeState;
import io.ingresstier.api.Reason;
import io.ingresstier.apply.Written;
import io.ingresstier.report.Note;
import io.ingresstier.report.StatusReport;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the status and the events say while pods are replaced one after the other. */
class RolloutReportTest {

    private final SimulatedOperator operator = SimulatedOperator.in(
                    cluster().nodes(8, 3).hostPorts().service(Traffic.LOCAL).world())
            .untilQuiet();

    private IngressTierStatus status() {
        return StatusReport.of(Planner.plan(operator.cluster.world()), List.of());
    }

    private void assertMember(NodeState state, String reason) {
        assertThat(status().nodes().getFirst()).satisfies(n -> {
            assertThat(n.name()).isEqualTo("n3");
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

    private Condition condition(ConditionType type) {
        return status().condition(type).orElseThrow();
    }

    @Test
    void aMemberIsFollowedOutAndBack() {
        operator.done.clear();
        operator.image("2").untilDone(NodeAction.ExcludeNode.class);
        assertMember(NodeState.Excluded, "PodIsReplaced");
        operator.untilDone(PodAction.DetachPod.class);
        assertMember(NodeState.Draining, "PodIsReplaced");
        operator.until(o -> o.cluster
                .world()
                .members()
                .getFirst()
                .pod()
                .filter(p -> p.serving() && p.annotations().isEmpty())
                .isPresent());
        assertMember(NodeState.Excluded, "ComesBack");
        operator.untilQuiet();
        assertMember(NodeState.Serving, "ClaimedAndServing");
    }

    @Test
    void theNodeIsToldWhyItLeaves() {
        operator.image("2").until(o -> !o.plan.outcome(Tend.class).orElseThrow().done());
        operator.pass();
        var node = operator.cluster.nodes.get("n3");
        assertThat(told(new NodeAction.ExcludeNode(node, operator.cluster.now)))
                .extracting(Note::message)
                .contains("Node n3 leaves tier default, for its pod is being replaced: it was taken out of the load"
                        + " balancers and drains.");
    }

    @Test
    void itIsReconcilingAndThatIsToldOnce() {
        operator.cluster.status(status());
        operator.image("2");
        operator.pass();
        var begun = condition(ConditionType.Reconciling);
        assertThat(begun.getStatus()).isEqualTo("True");
        assertThat(begun.getReason()).isEqualTo(Reason.RollingOut.name());
        assertThat(told())
                .filteredOn(n -> n.reason().equals("RollingOut"))
                .singleElement()
                .satisfies(n -> {
                    assertThat(n.warning()).isFalse();
                    assertThat(n.message()).startsWith("0 of 3 pods run the new template; n3");
                });
        operator.cluster.status(status());
        operator.pass();
        assertThat(told()).noneMatch(n -> n.reason().equals("RollingOut"));
    }

    @Test
    void whatStallsItIsAWarningThatSaysWhatToDo() {
        operator.platform.brokenImages.add("bad");
        operator.image("bad").untilQuiet();
        assertThat(condition(ConditionType.Stalled).getStatus()).isEqualTo("True");
        assertThat(condition(ConditionType.Ready).getReason()).isEqualTo(Reason.RolloutStalled.name());
        assertThat(told())
                .anyMatch(n -> n.warning()
                        && n.reason().equals("RolloutStalled")
                        && n.message().contains("n3: its new pod has not become ready within 60 s")
                        && n.message().endsWith("it goes on by itself."));
    }
}
