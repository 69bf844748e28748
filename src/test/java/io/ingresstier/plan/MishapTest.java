package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Edits;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What goes wrong during a takeover, and what people do meanwhile. */
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
        assertThat(operator.done.subList(3, 6)).containsExactly("ClaimNode n3", "ReleaseNode n3", "ClaimNode n4");
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
    void aLabelTakenOffByHandIsPutOnAgain() {
        var operator = takeover().untilQuiet();
        operator.watch.faultless = false;
        operator.done.clear();
        for (String node : List.of("n3", "n4", "n5")) {
            unlabel(operator, node);
        }
        operator.platform.react();
        operator.untilQuiet();
        assertThat(operator.done).containsExactly("ClaimNode n3", "ClaimNode n4", "ClaimNode n5");
        assertTakenOver(operator);
    }

    @Test
    void aMemberThatDiesDuringTheSoakFailsIt() {
        var operator = takeover().untilDone(ServiceAction.AttachService.class).forSeconds(10);
        operator.watch.faultless = false;
        operator.platform.broken.add("n3");
        operator.platform.crash(on(operator, "n3"));
        operator.untilQuiet();
        assertThat(refusal(operator, Soak.class)).isEqualTo(Reason.SoakFailed);
        assertThat(operator.kinds()).doesNotContain("NarrowSelector", "ScaleIncumbent");
        assertRestored(operator);
    }

    @Test
    void aSpecChangeAfterAFailedSoakTriesAgain() {
        var operator = takeover().untilDone(ServiceAction.AttachService.class).forSeconds(10);
        operator.watch.faultless = false;
        operator.platform.crash(on(operator, "n3"));
        operator.untilQuiet();
        assertThat(refusal(operator, Soak.class)).isEqualTo(Reason.SoakFailed);
        operator.cluster.spec(operator.cluster.tier.getSpec().withRollout(r -> r.withSoakSeconds(21)));
        operator.untilQuiet();
        assertTakenOver(operator);
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
    void aSelectorPutBackBySomebodyElseIsNarrowedAgainNoSoonerThanTheWindow() {
        var operator = takeover().untilDone(ServiceAction.NarrowSelector.class);
        var since = operator.cluster.now;
        var widened = operator.cluster
                .services
                .get(SERVICE)
                .with(new Edits(Map.of(), Map.of(), Map.of(Marks.TIER, Optional.empty())));
        operator.cluster.put(widened, widened.labels());
        operator.platform.react();
        operator.until(o -> o.kinds().stream().filter("NarrowSelector"::equals).count() == 2);
        assertThat(operator.cluster.now).isAfterOrEqualTo(since.plusSeconds(13));
        assertTakenOver(operator.untilQuiet());
    }

    @Test
    void aForeignBackendSelectionWrittenAfterwardsIsReportedAndStays() {
        var operator = takeover().untilDone(ServiceAction.AttachService.class);
        operator.watch.faultless = false;
        String key = ClusterScenario.ALIBABA + "backend-label";
        operator.cluster.annotate(SERVICE, key, Optional.of("pool=blue"));
        operator.platform.react();
        operator.untilQuiet();
        assertThat(refusal(operator, Accept.class)).isEqualTo(Reason.ForeignBackendLabel);
        assertThat(operator.kinds()).doesNotContain("NarrowSelector", "ScaleIncumbent");
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.services.get(SERVICE).annotations()).containsEntry(key, "pool=blue");
    }

    @Test
    void anIncumbentScaledBeyondTheTierIsNotRetired() {
        var operator = takeover().untilDone(ServiceAction.NarrowSelector.class);
        operator.cluster.scaleIncumbent(5);
        operator.platform.react();
        operator.untilQuiet();
        assertThat(refusal(operator, Retire.class)).isEqualTo(Reason.FewerReplicas);
        assertThat(operator.cluster.services.get(SERVICE).selector()).doesNotContainKey(Marks.TIER);
        operator.cluster.scaleIncumbent(3);
        operator.platform.react();
        assertTakenOver(operator.untilQuiet());
    }

    @Test
    void anIncumbentThatGetsReplicasAgainIsRetiredAgain() {
        var operator = takeover().untilQuiet();
        operator.done.clear();
        operator.cluster.scaleIncumbent(1);
        operator.platform.react();
        operator.untilQuiet();
        assertThat(operator.kinds()).containsExactly("NarrowSelector", "ScaleIncumbent", "WidenSelector");
    }

    @Test
    void anIncumbentDeletedMidwayIsNotBroughtBackAndTheTierGoesOn() {
        var operator = takeover().untilDone(ServiceAction.AttachService.class);
        operator.cluster.incumbent = Optional.empty();
        incumbentPods(operator).forEach(p -> operator.cluster.pods.remove(p.key()));
        operator.platform.react();
        operator.untilQuiet();
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
    }

    @Test
    void aDeletedServiceDoesNotMakeTheTierForgetTheIncumbent() {
        var operator = takeover().untilQuiet();
        operator.watch.faultless = false;
        var service = operator.cluster.services.remove(SERVICE);
        operator.platform.react();
        operator.untilQuiet();
        assertThat(refusal(operator, Accept.class)).isEqualTo(Reason.ServiceNotFound);
        assertThat(operator.cluster.originals).isPresent();
        var clean = service.with(Edits.annotations(Map.of(
                Marks.ATTACHED_AT, Optional.empty(),
                Marks.DRAINING_ON_AT, Optional.empty(),
                Marks.HASH_BEFORE, Optional.empty())));
        operator.cluster.put(clean, clean.labels());
        operator.platform.react();
        operator.untilQuiet();
        assertTakenOver(operator);
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isGreaterThanOrEqualTo(2);
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
    void aNodeThatSomebodyElseExcludedDoesNotHoldTheDeletion() {
        var operator = takeover().untilQuiet();
        operator.watch.faultless = false;
        var node = operator.cluster.nodes.get("n4").with(Edits.of(Map.of(Marks.EXCLUDE, Optional.of("")), Map.of()));
        operator.cluster.put(node);
        operator.platform.react();
        operator.untilQuiet();
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.nodes.get("n4").labels()).containsKey(Marks.EXCLUDE);
    }

    @Test
    void aMembersNodeThatIsDeletedIsReplaced() {
        var operator = takeover().untilQuiet();
        operator.watch.faultless = false;
        operator.cluster.nodes.remove("n4");
        operator.platform.react();
        operator.untilQuiet();
        assertThat(operator.done).last().isEqualTo("ClaimNode n1");
        assertTakenOver(operator);
    }

    @Test
    void aServiceListedAfterwardsIsRefusedForItCouldNotBePutBack() {
        var operator = SimulatedOperator.in(cluster()
                        .service(Traffic.LOCAL)
                        .unlistedService("late", Traffic.LOCAL)
                        .world())
                .untilDone(ServiceAction.AttachService.class);
        operator.cluster.spec(operator.cluster
                .tier
                .getSpec()
                .withLoadBalancer(l -> l.withServiceRefs(Stream.of(SERVICE.name(), "late")
                        .map(n -> new io.ingresstier.api.ServiceRef(ClusterScenario.NAMESPACE, n))
                        .toList())));
        operator.untilQuiet();
        assertThat(refusal(operator, Accept.class)).isEqualTo(Reason.NotYetSupported);
        assertRestored(operator);
    }

    @Test
    void aServiceTakenOffTheListIsStillPutBack() {
        var operator = SimulatedOperator.in(cluster()
                .service(Traffic.LOCAL)
                .service("second", Traffic.LOCAL)
                .world());
        var before = operator.cluster.remembered();
        operator.untilQuiet();
        operator.cluster.spec(operator.cluster
                .tier
                .getSpec()
                .withLoadBalancer(l -> l.withServiceRefs(l.serviceRefs().subList(0, 1))));
        operator.untilQuiet();
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.remembered()).isEqualTo(before);
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

    @Test
    void aTierDeletedWhileTheIncumbentStopsBringsItBack() {
        var operator = takeover().untilDone(IncumbentAction.ScaleIncumbent.class);
        assertRestored(operator);
    }

    private static void assertTakenOver(SimulatedOperator operator) {
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        assertThat(operator.plan.refusals()).isEmpty();
        assertThat(tierPods(operator)).hasSize(3).allMatch(PodView::serving);
    }

    private static void assertRestored(SimulatedOperator operator) {
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isGreaterThanOrEqualTo(2);
        assertThat(operator.cluster.services.values())
                .allMatch(s -> s.annotations().keySet().stream()
                        .noneMatch(k -> k.startsWith("ingresstier.io/") || k.contains("backend-label")));
        assertThat(operator.cluster.nodes.values())
                .allMatch(n -> n.annotations().isEmpty() && !n.labels().containsKey(Marks.EXCLUDE));
    }

    private static Reason refusal(SimulatedOperator operator, Class<? extends Step> step) {
        return operator.plan
                .outcome(step)
                .flatMap(Outcome::refusal)
                .map(Refusal::reason)
                .orElseThrow(() -> new AssertionError(operator.told()));
    }

    private static void unlabel(SimulatedOperator operator, String node) {
        NodeView n = operator.cluster.nodes.get(node);
        operator.cluster.put(n.with(Edits.of(Map.of(ClusterScenario.ROLE, Optional.empty()), Map.of())));
    }

    private static List<PodView> tierPods(SimulatedOperator operator) {
        return operator.cluster.pods.values().stream()
                .filter(p -> SimulatedPlatform.tierPod(p) && !p.terminating())
                .toList();
    }

    private static List<PodView> incumbentPods(SimulatedOperator operator) {
        return operator.cluster.pods.values().stream()
                .filter(p -> p.owner().equals("ReplicaSet/old"))
                .toList();
    }

    private static PodView on(SimulatedOperator operator, String node) {
        return tierPods(operator).stream()
                .filter(p -> p.nodeName().equals(node))
                .findFirst()
                .orElseThrow();
    }
}
