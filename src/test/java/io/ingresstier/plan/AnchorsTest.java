package io.ingresstier.plan;

import static io.ingresstier.plan.DrainGuardTest.assertAnchored;
import static io.ingresstier.plan.DrainGuardTest.concerns;
import static io.ingresstier.plan.DrainGuardTest.members;
import static io.ingresstier.plan.DrainGuardTest.served;
import static io.ingresstier.plan.Endings.assertRestored;
import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.tierPods;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.ingresstier.api.Reason;
import io.ingresstier.guard.Guard;
import io.ingresstier.world.Anchorage;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.DrainGuardAction;
import io.ingresstier.world.Edits;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import io.ingresstier.world.WriteHistory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What goes wrong with anchors and their budget, and who else has a hand in them. */
class AnchorsTest {

    @Test
    void anchorsThatNeverBecomeReadyHoldUpNothingAndAreNamed() {
        var operator =
                SimulatedOperator.in(cluster().guarded().service(Traffic.LOCAL).world());
        operator.platform.anchors.broken.addAll(List.of("n3", "n4"));
        operator.untilQuiet();
        assertTakenOver(operator);
        assertThat(operator.plan.situation().concerns())
                .filteredOn(c -> c.reason() == Reason.AnchorsMissing)
                .singleElement()
                .satisfies(c ->
                        assertThat(c.message()).contains("On n3, n4 no anchor runs", "nodes.drainGuard: Disabled"));
        operator.assertQuiet();
        assertRestored(operator);
    }

    @Test
    void whereNoAnchorIsLetInTheTierServesAndSaysSoOnceTheyAreOverdue() {
        var operator =
                SimulatedOperator.in(cluster().guarded().service(Traffic.LOCAL).world());
        operator.platform.anchors.refused = true;
        operator.until(o -> o.kinds().contains("AttachService"));
        assertThat(concerns(operator)).doesNotContain(Reason.AnchorsMissing);
        operator.untilQuiet();
        assertTakenOver(operator);
        assertThat(concerns(operator)).contains(Reason.AnchorsMissing);
        operator.platform.anchors.refused = false;
        operator.platform.react();
        operator.untilQuiet();
        assertThat(concerns(operator)).doesNotContain(Reason.AnchorsMissing);
        assertAnchored(operator);
    }

    @Test
    void noFalseAlarmIsGivenWhileAMemberComesBack() {
        var operator = served(Traffic.LOCAL);
        operator.drain("n4").forSeconds(120);
        operator.cluster.cordon("n4", false);
        operator.until(o -> concerns(o).contains(Reason.AnchorsMissing));
        assertThat(concerns(operator)).doesNotContain(Reason.AnchorsMissing);
        assertAnchored(operator);
    }

    @Test
    void whatSomebodyElseMadeUnderTheNameIsLeftAloneAndNamed() {
        var operator =
                SimulatedOperator.in(cluster().guarded().service(Traffic.LOCAL).world());
        var foreign = new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(ClusterScenario.NAMESPACE)
                .withName(Anchorage.name("default"))
                .withResourceVersion("1")
                .endMetadata()
                .withNewSpec()
                .withReplicas(0)
                .endSpec()
                .build();
        operator.cluster.anchorage = new Anchorage(Optional.of(foreign), Optional.empty());
        operator.untilQuiet();
        assertTakenOver(operator);
        assertThat(operator.kinds()).doesNotContain("ApplyBudget", "ApplyAnchors");
        assertThat(operator.plan.situation().concerns())
                .filteredOn(c -> c.reason() == Reason.AnchorsNotOurs)
                .singleElement()
                .satisfies(c -> assertThat(c.message()).contains("Deployment kube-system/ingresstier-default-anchors"));
        var action = new DrainGuardAction.DeleteAnchors(foreign);
        assertThat(Guard.judge(operator.cluster.world(), action).orElseThrow().reason())
                .isEqualTo(Reason.AnchorsNotOurs);
        assertRestored(operator);
        assertThat(operator.cluster.anchorage.anchors()).contains(foreign);
    }

    @Test
    void whatSomebodyTakesFromTheGuardIsPutBack() {
        var operator = served(Traffic.LOCAL);
        PodView anchor = operator.platform.anchors.on("n4").orElseThrow();
        operator.cluster.put(
                anchor.with(Edits.of(Map.of(Marks.HELD, Optional.empty()), Map.of())), anchor.ready(), false);
        operator.cluster.anchorage = operator.cluster.anchorage.withBudget(Optional.empty());
        operator.untilQuiet();
        assertThat(operator.kinds()).containsExactly("ApplyBudget", "HoldAnchor");
        operator.platform.stop(operator.platform.anchors.on("n3").orElseThrow());
        operator.platform.react();
        operator.untilQuiet();
        assertAnchored(operator);
    }

    @Test
    void noAnchorIsReleasedWhoseMemberMayStillHoldConnections() {
        var operator = served(Traffic.LOCAL);
        World world = operator.cluster.world();
        var release = new PodAction.ReleaseAnchor(world.anchorOn("n4").orElseThrow());
        assertThat(Guard.judge(world, release).orElseThrow().reason()).isEqualTo(Reason.NotDrained);
        operator.drain("n4").untilDone(PodAction.DetachPod.class);
        assertThat(Guard.judge(operator.cluster.world(), release).orElseThrow().reason())
                .isEqualTo(Reason.NotDrained);
        var stranger = new PodAction.ReleaseAnchor(tierPods(operator).getFirst());
        assertThat(Guard.judge(world, stranger).orElseThrow().reason()).isEqualTo(Reason.NotOurs);
    }

    @Test
    void drainsOfOneMemberAfterTheOtherAreNoContest() {
        var operator = served(Traffic.LOCAL);
        for (int round = 0; round < 2; round++) {
            for (String member : members(operator)) {
                operator.drain(member).forSeconds(40);
                operator.cluster.cordon(member, false);
                operator.forSeconds(20);
            }
        }
        assertThat(operator.evicted).hasSize(6);
        assertThat(WriteHistory.contests(operator.cluster.world())).isEmpty();
        operator.untilQuiet();
        assertAnchored(operator);
    }

    @Test
    void aMemberThatWasFoundIsHeldAndLetGoLikeAnyOther() {
        var operator =
                served(cluster().found("n2").guarded().service(Traffic.CLUSTER).world());
        assertAnchored(operator);
        operator.drain("n2").forSeconds(120);
        assertThat(operator.evicted).containsExactly("n2");
        operator.cluster.cordon("n2", false);
        operator.untilQuiet();
        assertAnchored(operator);
        assertRestored(operator);
        assertThat(operator.cluster.anchorage).isEqualTo(Anchorage.NONE);
        assertThat(operator.cluster.nodes.get("n2").labelled(ClusterScenario.ROLE, "true"))
                .isTrue();
    }

    @Test
    void aLostMembersAnchorGoesWithItAndTheNewMemberHasOne() {
        var operator = served(Traffic.LOCAL);
        operator.platform.flip("n4", false);
        operator.platform.react();
        operator.untilDone(NodeAction.ReleaseNode.class).untilQuiet();
        assertThat(members(operator)).doesNotContain("n4");
        assertAnchored(operator);
        assertThat(operator.cluster.services).containsKey(SERVICE);
    }
}
