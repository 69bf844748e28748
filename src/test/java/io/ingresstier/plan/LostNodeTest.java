package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members whose nodes do not answer, go, or are about to be removed. */
class LostNodeTest {

    private static final long REPLACE_AFTER = 90;

    private static SimulatedOperator served(ClusterScenario scenario) {
        var operator = SimulatedOperator.in(scenario.world()).untilQuiet();
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        operator.watch.faultless = false;
        operator.done.clear();
        return operator;
    }

    private static SimulatedOperator served() {
        return served(cluster().service(Traffic.LOCAL));
    }

    private static void flip(SimulatedOperator operator, String node, boolean ready) {
        operator.platform.cloud.remember();
        operator.platform.flip(node, ready);
        operator.platform.react();
    }

    @Test
    void aFlapCausesNoWrite() {
        var operator = served();
        for (int i = 0; i < 20; i++) {
            flip(operator, "n4", false);
            operator.forSeconds(REPLACE_AFTER - 1);
            flip(operator, "n4", true);
            operator.forSeconds(10);
        }
        assertThat(operator.done).isEmpty();
        assertTakenOver(operator.untilQuiet());
    }

    @Test
    void aLostNodeIsReplacedInTimeAndReleasedOnceItsReplacementServes() {
        var operator = served();
        PodView pod = on(operator, "n4");
        flip(operator, "n4", false);
        var since = operator.cluster.now;
        operator.untilDone(NodeAction.ClaimNode.class);
        assertThat(operator.cluster.now).isEqualTo(since.plusSeconds(REPLACE_AFTER));
        assertThat(operator.done).containsExactly("ClaimNode n1");
        operator.untilQuiet();
        assertThat(operator.done)
                .containsExactly(
                        "ClaimNode n1", "DetachPod " + pod.key(), "MarkDrained n4", "ReleaseNode n4", "RemoveMarks n4");
        assertTakenOver(operator);
        flip(operator, "n4", true);
        operator.untilQuiet();
        assertThat(operator.done).hasSize(5);
    }

    @Test
    void aLostNodeIsForgottenWhenItsNodeObjectGoes() {
        var operator = served();
        flip(operator, "n4", false);
        operator.untilDone(NodeAction.ClaimNode.class);
        operator.cluster.nodes.remove("n4");
        operator.platform.react();
        operator.untilQuiet();
        assertThat(operator.done).containsExactly("ClaimNode n1");
        assertTakenOver(operator);
    }

    @Test
    void aNodeThatIsBackBeforeItsReplacementServesStays() {
        var operator = served();
        operator.platform.startSeconds = () -> 30;
        flip(operator, "n4", false);
        operator.untilDone(NodeAction.ClaimNode.class);
        flip(operator, "n4", true);
        operator.untilQuiet();
        assertThat(operator.kinds()).containsExactly("ClaimNode", "DetachPod", "ReleaseNode", "RemoveMarks");
        assertThat(operator.done).contains("ClaimNode n1", "ReleaseNode n1");
        assertTakenOver(operator);
    }

    @Test
    void aLostNodeStaysAMemberWhereNoOtherCanTakeItsPlace() {
        var operator = served(cluster().nodes(3, 3).service(Traffic.LOCAL));
        flip(operator, "n2", false);
        operator.untilQuiet();
        assertThat(operator.done).isEmpty();
        assertThat(Endings.refusal(operator, Accept.class)).isEqualTo(Reason.NotEnoughNodes);
        flip(operator, "n2", true);
        assertTakenOver(operator.untilQuiet());
        assertThat(operator.done).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted", "karpenter.sh/disruption"})
    void aMemberThatAnAutoscalerRemovesIsReplacedAndLeavesBalancerFirst(String taint) {
        var operator = served();
        operator.cluster.taint("n4", taint);
        operator.platform.react();
        operator.untilQuiet();
        assertThat(operator.kinds())
                .as(operator.told())
                .containsExactly(
                        "ClaimNode",
                        "ExcludeNode",
                        "DetachPod",
                        "MarkDrained",
                        "ReleaseNode",
                        "IncludeNode",
                        "RemoveMarks");
        assertThat(operator.done).first().isEqualTo("ClaimNode n1");
        assertTakenOver(operator);
    }

    @Test
    void aMereCandidateForRemovalStays() {
        var operator = served();
        operator.cluster.taint("n4", "DeletionCandidateOfClusterAutoscaler");
        operator.untilQuiet();
        assertThat(operator.done).isEmpty();
    }

    @Test
    void whereNoNodeIsLeftARemovedMemberIsDrainedAllTheSameAndThatIsSaid() {
        var operator = served(cluster().nodes(3, 3).service(Traffic.LOCAL));
        operator.cluster.taint("n2", "karpenter.sh/disrupted");
        operator.untilQuiet();
        assertThat(operator.kinds()).startsWith("ExcludeNode", "DetachPod", "MarkDrained", "ReleaseNode");
        assertThat(Endings.refusal(operator, Accept.class)).isEqualTo(Reason.NotEnoughNodes);
        assertThat(operator.plan.outcome(Accept.class).orElseThrow().message()).contains("2 of the 3", "n2: tainted");
    }

    @Test
    void twoOfThreeMembersLostTogetherAreNotRemovedButReplaced() {
        var operator = served();
        flip(operator, "n3", false);
        flip(operator, "n4", false);
        operator.forSeconds(REPLACE_AFTER + 30);
        assertThat(operator.kinds()).containsExactly("ClaimNode", "ClaimNode");
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().reason()).isEqualTo(Reason.MassFailure);
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(2)));
        operator.forSeconds(10);
        assertThat(operator.kinds()).as("scaling in waits too").containsExactly("ClaimNode", "ClaimNode");
    }

    @Test
    void aWholeZoneIsNotRemovedWhenOthersHaveJoinedInIt() {
        var operator = served(cluster().nodes(9, 3).replicas(6).service(Traffic.LOCAL));
        List<String> zone = operator.cluster.world().members().stream()
                .filter(m -> m.node().zone(ClusterScenario.ZONE).equals("a"))
                .map(m -> m.name())
                .toList();
        zone.forEach(node -> flip(operator, node, false));
        operator.forSeconds(REPLACE_AFTER + 60);
        assertThat(operator.done).as("one of them in the same zone").hasSize(zone.size());
        assertThat(operator.kinds()).containsOnly("ClaimNode");
        assertThat(operator.cluster.world().members().stream()
                        .filter(m -> m.node().zone(ClusterScenario.ZONE).equals("a")))
                .hasSizeGreaterThan(zone.size());
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().reason()).isEqualTo(Reason.MassFailure);
    }

    @Test
    void aMassFailureThatRecoversIsOverWithoutHelp() {
        var operator = served();
        flip(operator, "n3", false);
        flip(operator, "n4", false);
        operator.forSeconds(REPLACE_AFTER + 30);
        flip(operator, "n3", true);
        flip(operator, "n4", true);
        operator.untilQuiet();
        assertTakenOver(operator);
        operator.assertQuiet();
    }

    @Test
    void aMassFailureThatLastsBecomesSingleOnesInTime() {
        var operator = served();
        flip(operator, "n3", false);
        operator.forSeconds(50);
        flip(operator, "n4", false);
        operator.untilDone(NodeAction.ReleaseNode.class);
        assertThat(operator.cluster.now)
                .isAfterOrEqualTo(operator.cluster
                        .nodes
                        .get("n4")
                        .readinessSince()
                        .orElseThrow()
                        .plusSeconds(REPLACE_AFTER + 60));
        operator.untilQuiet();
        assertThat(operator.done).contains("ReleaseNode n3", "ReleaseNode n4");
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
    }

    @Test
    void whereNobodyServesAnyMoreOthersAreClaimedAllTheSame() {
        var operator = served(cluster().replicas(2).service(Traffic.LOCAL));
        flip(operator, "n3", false);
        operator.cluster.put(on(operator, "n4"), false, false);
        operator.untilDone(NodeAction.ClaimNode.class);
        assertThat(operator.done).as(operator.told()).containsExactly("ClaimNode n2");
    }

    @Test
    void machinesThatAreSwitchedOffAfterTheirDrainsAreNoMassFailure() {
        var operator = served(cluster().nodes(9, 3).replicas(4).service(Traffic.LOCAL));
        var members =
                operator.cluster.world().members().stream().map(m -> m.name()).toList();
        for (String node : members.subList(0, 2)) {
            operator.cluster.cordon(node, true);
            operator.forSeconds(400);
        }
        assertThat(operator.kinds()).filteredOn("MarkDrained"::equals).hasSize(2);
        members.subList(0, 2).forEach(node -> flip(operator, node, false));
        operator.pass();
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().reason()).isNotEqualTo(Reason.MassFailure);
        flip(operator, members.get(2), false);
        operator.pass();
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().reason())
                .as("one that dies beside them is one")
                .isNotEqualTo(Reason.MassFailure);
        flip(operator, members.get(3), false);
        operator.pass();
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().reason()).isEqualTo(Reason.MassFailure);
    }

    @Test
    void oneThatWasDrainedBecauseItHadDiedStillCountsForAMassFailure() {
        var operator = served(cluster().service(Traffic.LOCAL));
        operator.cluster.cordon("n3", true);
        flip(operator, "n3", false);
        operator.untilDone(NodeAction.MarkDrained.class);
        flip(operator, "n4", false);
        operator.pass();
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().reason()).isEqualTo(Reason.MassFailure);
    }

    @Test
    void aNodeThatIsShortOfDiskIsNotChosen() {
        var operator = served();
        operator.cluster.taint("n1", "node.kubernetes.io/disk-pressure");
        flip(operator, "n4", false);
        operator.untilDone(NodeAction.ClaimNode.class);
        assertThat(operator.done).containsExactly("ClaimNode n2");
    }

    @Test
    void lossesFarApartAreSingleOnes() {
        var operator = served();
        flip(operator, "n3", false);
        operator.forSeconds(61);
        flip(operator, "n4", false);
        operator.pass();
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().reason()).isNotEqualTo(Reason.MassFailure);
    }

    @Test
    void aWholeZoneOfManyIsAMassFailureAndTwoOfManyAreNot() {
        var operator = served(cluster().nodes(9, 4).replicas(8).service(Traffic.LOCAL));
        var members = operator.cluster.world().members();
        assertThat(members).hasSize(8);
        List<String> zone = members.stream()
                .filter(m -> m.node().zone(ClusterScenario.ZONE).equals("b"))
                .map(m -> m.name())
                .toList();
        assertThat(zone).hasSize(2);
        zone.forEach(node -> flip(operator, node, false));
        operator.pass();
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().reason()).isEqualTo(Reason.MassFailure);
        flip(operator, zone.getFirst(), true);
        String other = members.stream()
                .map(m -> m.name())
                .filter(n -> !zone.contains(n))
                .findFirst()
                .orElseThrow();
        flip(operator, other, false);
        operator.pass();
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().reason()).isNotEqualTo(Reason.MassFailure);
    }
}
