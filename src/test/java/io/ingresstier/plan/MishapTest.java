package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertRestored;
import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.incumbentPods;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.plan.Endings.refusal;
import static io.ingresstier.plan.Endings.tierPods;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.guard.Guard;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.Source;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What goes wrong by itself during a takeover and afterwards. */
class MishapTest {

    private static SimulatedOperator takeover() {
        return SimulatedOperator.in(cluster().service(Traffic.LOCAL).world());
    }

    @Test
    void aCanaryThatNeverBecomesReadyIsGivenUpAndAnotherNodeTried() {
        var operator = takeover();
        operator.platform.broken.add("n3");
        operator.untilQuiet();
        assertTakenOver(operator);
        assertThat(operator.done)
                .filteredOn(write -> write.startsWith("ClaimNode") || write.startsWith("ReleaseNode"))
                .startsWith("ClaimNode n3", "ReleaseNode n3", "ClaimNode n4");
        assertThat(operator.cluster.nodes.get("n3").annotations()).containsOnlyKeys(Marks.FAILED);
        assertRestored(operator);
        assertThat(operator.cluster.nodes.get("n3").annotations()).isEmpty();
    }

    @Test
    void whereNoPodBecomesReadyTheTierStopsAndTakesNothing() {
        var operator = takeover();
        operator.platform.broken.addAll(operator.cluster.nodes.keySet());
        operator.untilQuiet();
        assertThat(operator.kinds()).doesNotContain("EnableDraining", "AttachService");
        assertThat(refusal(operator, Accept.class)).isEqualTo(Reason.NotEnoughNodes);
        assertRestored(operator);
    }

    @Test
    void aFoundNodeWhosePodNeverBecomesReadyIsKeptAndReported() {
        var operator = SimulatedOperator.in(
                cluster().service(Traffic.LOCAL).found("n1").world());
        operator.platform.broken.add("n1");
        operator.untilQuiet();
        assertThat(refusal(operator, Claim.class)).isEqualTo(Reason.PodsNotReady);
        assertThat(operator.kinds()).doesNotContain("AttachService", "ReleaseNode");
        assertRestored(operator);
    }

    @Test
    void aPodThatFailedIsNotRestartedIfItIsReadyAgainAtThatMoment() {
        var operator = SimulatedOperator.in(
                        cluster().nodes(8, 3).hostPorts().service(Traffic.LOCAL).world())
                .untilQuiet();
        operator.watch.faultless = false;
        World ready = operator.cluster.world();
        operator.platform.crash(on(operator, "n4"));
        operator.platform.react();
        World failing = operator.cluster.world();
        var restart = new PodAction.RestartPod(on(operator, "n4"));
        assertThat(Guard.judge(failing, restart)).isEmpty();
        World again = ready.withSlices(failing.slices()); // which follow a moment later
        assertThat(Guard.judge(again, restart).map(Refusal::reason)).contains(Reason.NotDrained);
    }

    @Test
    void membersWhosePodsAllFailLongAfterwardsAreNotGivenUp() {
        var operator = takeover().untilQuiet();
        operator.watch.faultless = false;
        operator.done.clear();
        operator.platform.broken.addAll(operator.cluster.nodes.keySet());
        tierPods(operator).forEach(operator.platform::crash);
        operator.untilQuiet();
        assertThat(operator.done).isEmpty();
        assertThat(refusal(operator, Claim.class)).isEqualTo(Reason.PodsNotReady);
        operator.platform.broken.clear();
        tierPods(operator).forEach(operator.platform::crash);
        operator.untilQuiet();
        assertTakenOver(operator);
    }

    @Test
    void aPodDeletedLongAfterwardsIsNotAReasonToGiveTheNodeUp() {
        var operator = takeover().untilQuiet();
        operator.watch.faultless = false;
        operator.done.clear();
        operator.platform.startSeconds = () -> 5;
        var pod = tierPods(operator).getFirst();
        operator.cluster.pods.remove(pod.key());
        assertThat(Planner.plan(operator.cluster.world()).actions()).isEmpty();
        operator.platform.react();
        operator.untilQuiet();
        assertThat(operator.done).isEmpty();
    }

    @Test
    void aMemberThatDiesDuringTheSoakFailsIt() {
        var operator = takeover().untilDone(ServiceAction.AttachService.class).forSeconds(10);
        operator.watch.faultless = false;
        operator.platform.broken.add("n3");
        operator.platform.crash(on(operator, "n3"));
        operator.untilQuiet();
        assertThat(refusal(operator, Hold.class)).isEqualTo(Reason.RolledBack);
        assertThat(operator.kinds()).doesNotContain("NarrowSelector", "ScaleIncumbent");
        assertRestored(operator);
    }

    @Test
    void aNewLeaderBeginsTheSoakAgain() {
        var operator = takeover().untilDone(ServiceAction.AttachService.class).forSeconds(20);
        operator.cluster.leader = "leader-2";
        var changed = operator.cluster.now;
        operator.untilDone(ServiceAction.NarrowSelector.class);
        assertThat(operator.cluster.now).isAfterOrEqualTo(changed.plusSeconds(20));
    }

    @Test
    void aStaleSourceDuringTheSoakNeitherFailsNorPassesIt() {
        var operator = takeover().untilDone(ServiceAction.AttachService.class).forSeconds(10);
        operator.cluster.unknown = Set.of(Source.ENDPOINTS);
        operator.untilQuiet();
        assertThat(operator.plan.outcome(Soak.class).orElseThrow().reason()).isEqualTo(Reason.Soaking);
        operator.cluster.unknown = Set.of();
        operator.untilQuiet();
        assertTakenOver(operator);
    }

    @Test
    void anIncumbentThatIsUnreadyForAMomentDoesNotEndTheSoak() {
        var operator = takeover().untilDone(ServiceAction.AttachService.class).forSeconds(10);
        operator.watch.faultless = false;
        incumbentPods(operator).forEach(operator.platform::crash);
        operator.pass();
        assertThat(operator.plan.outcome(Soak.class).orElseThrow().done()).isFalse();
    }

    @Test
    void aMemberThatRestartsWhileTheIncumbentDrainsWidensTheSelectorsUntilItServes() {
        var operator = takeover().untilDone(ServiceAction.NarrowSelector.class);
        operator.watch.faultless = false;
        operator.platform.crash(on(operator, "n3"));
        operator.untilQuiet();
        assertThat(operator.kinds().subList(8, 11))
                .containsExactly("NarrowSelector", "WidenSelector", "NarrowSelector");
        assertTakenOver(operator);
    }

    @Test
    void aNodeThatFreezesTheCloudsControllerIsNamedInsteadOfWaitedFor() {
        var operator = SimulatedOperator.in(cluster()
                .nodes(6, 3)
                .service(Traffic.CLUSTER)
                .node("n6", NodesAcceptanceTest::withoutProviderId)
                .world());
        operator.watch.faultless = false;
        operator.untilQuiet();
        assertThat(refusal(operator, Attach.class)).isEqualTo(Reason.BackendsUnknown);
        assertThat(operator.plan.outcome(Attach.class).orElseThrow().message()).contains("nginx-ingress-lb", "n6");
        assertThat(operator.kinds()).doesNotContain("EnableDraining", "AttachService");
    }

    @Test
    void aBalancerThatDoesNotSettleStopsTheTakeoverAndItIsSaid() {
        var operator = takeover().until(o -> o.kinds().contains("ClaimNode"));
        operator.platform.cloud.stuck = true;
        operator.watch.faultless = false;
        operator.untilQuiet();
        assertThat(refusal(operator, Attach.class)).isEqualTo(Reason.BalancerNotSettling);
        assertThat(operator.kinds()).doesNotContain("AttachService", "NarrowSelector", "ScaleIncumbent");
        operator.platform.cloud.stuck = false;
        operator.platform.react();
        assertTakenOver(operator.untilQuiet());
    }

    @Test
    void aDeletionBeforeTheBalancerFollowedIsNotHeldByAHashThatWillNotMove() {
        var operator = takeover();
        operator.platform.cloudSeconds = () -> 2;
        operator.untilDone(ServiceAction.AttachService.class);
        assertRestored(operator);
    }

    @Test
    void aGuardedServiceThatIsNotListedIsNamedBeforeAnythingIsTakenFromIt() {
        var operator = SimulatedOperator.in(cluster()
                        .service(Traffic.LOCAL)
                        .unlistedService("internal", Traffic.CLUSTER)
                        .world())
                .untilQuiet();
        assertThat(operator.plan.refusals()).extracting(Refusal::reason).containsExactly(Reason.NarrowingUnsafe);
        assertThat(operator.plan.refusals().getFirst().message()).contains("kube-system/internal", "serviceRefs");
        assertThat(operator.kinds()).doesNotContain("NarrowSelector", "RecordRetired");
        assertRestored(operator);
    }

    @Test
    void strangersOnTheSameNodesKeepTheirLastBackend() {
        var operator = SimulatedOperator.in(
                        cluster().service(Traffic.LOCAL).stranger("shop", "n4").world())
                .untilQuiet();
        assertTakenOver(operator);
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).isFalse();
        assertThat(operator.plan.refusals()).extracting(Refusal::reason).contains(Reason.StrangersHurt);
        assertThat(operator.cluster.nodes.get("n4").labels()).doesNotContainKey(Marks.EXCLUDE);
    }

    @Test
    void aServiceThatCarriesTheSelectionAlreadyIsAttachedWithoutWaitingForASignal() {
        var scenario = cluster().service(Traffic.LOCAL).found("n1", "n2", "n3");
        for (String prefix : List.of(ClusterScenario.ALIBABA, ClusterScenario.LEGACY)) {
            scenario.annotation(SERVICE, prefix + "backend-label", ClusterScenario.ROLE + "=true");
        }
        var operator = SimulatedOperator.in(scenario.world());
        operator.platform.incumbentsPreferMembers = true;
        var before = operator.cluster.remembered();
        operator.untilQuiet();
        assertTakenOver(operator);
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.remembered()).isEqualTo(before);
    }

    @Test
    void onStaleSourcesNothingIsTakenAway() {
        for (int writes = 1; writes < 12; writes++) {
            var operator = takeover().untilWrites(writes);
            operator.cluster.unknown = Set.of(Source.NODES);
            for (boolean delete : List.of(false, true)) {
                if (delete) {
                    operator.cluster.deleteTier();
                }
                assertThat(Planner.plan(operator.cluster.world()).actions()).noneMatch(a -> a.takesAway());
            }
        }
    }

    @Test
    void anIncumbentWithoutReplicasFromTheStartHoldsNeitherTakeoverNorItsEndUntilServed() {
        var operator = SimulatedOperator.in(
                cluster().incumbents(0).service(Traffic.LOCAL).world());
        operator.untilDone(NodeAction.ClaimNode.class);
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
    }
}
