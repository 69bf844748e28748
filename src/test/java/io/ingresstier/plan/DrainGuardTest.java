package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertRestored;
import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.plan.Endings.tierPods;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.DeletionPolicy;
import io.ingresstier.api.DrainGuard;
import io.ingresstier.api.Reason;
import io.ingresstier.world.Anchorage;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Marks;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A drain of a member waits until the member has left the balancer, and nothing else waits for that. */
class DrainGuardTest {

    static SimulatedOperator served(Traffic traffic) {
        return served(cluster().guarded().service(traffic).world());
    }

    static SimulatedOperator served(World world) {
        var operator = SimulatedOperator.in(world).untilQuiet();
        operator.done.clear();
        return operator;
    }

    /** Nodes with what was done to them, other objects without their names. */
    static List<String> done(SimulatedOperator operator) {
        return operator.done.stream()
                .map(d -> d.contains("/") ? d.substring(0, d.indexOf(' ')) : d)
                .toList();
    }

    static List<String> members(SimulatedOperator operator) {
        return tierPods(operator).stream().map(PodView::nodeName).sorted().toList();
    }

    /** Each member hosts an anchor that is held, and nobody else hosts one. */
    static void assertAnchored(SimulatedOperator operator) {
        assertThat(operator.platform.anchors.held()).as(operator.told()).isEqualTo(members(operator));
        assertThat(operator.platform.anchors.alive()).hasSize(members(operator).size());
    }

    static int replicas(SimulatedOperator operator) {
        return operator.cluster.anchorage.anchors().orElseThrow().getSpec().getReplicas();
    }

    static List<Reason> concerns(SimulatedOperator operator) {
        return operator.plan.situation().concerns().stream()
                .map(Concern::reason)
                .toList();
    }

    static void set(SimulatedOperator operator, DrainGuard guard) {
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withDrainGuard(guard)));
    }

    @ParameterizedTest
    @EnumSource
    void everyMemberOfATakeoverHostsAnAnchorUnderABudgetThatIsThereFirst(Traffic traffic) {
        var operator = SimulatedOperator.in(cluster().guarded().service(traffic).world())
                .untilQuiet();
        assertThat(operator.kinds())
                .containsExactly(
                        "AddFinalizer",
                        "RecordOriginals",
                        "ApplyWorkload",
                        "ClaimNode",
                        "ApplyBudget",
                        "ApplyAnchors",
                        "ClaimNode",
                        "ClaimNode",
                        "EnableDraining",
                        "AttachService",
                        "NarrowSelector",
                        "RecordRetired",
                        "ScaleIncumbent",
                        "WidenSelector");
        assertTakenOver(operator);
        assertAnchored(operator);
        operator.assertQuiet();
        assertRestored(operator);
    }

    @Test
    void anAnchorIsNobodysEndpointAndNoPodOfTheTier() {
        var operator = served(Traffic.CLUSTER);
        World world = operator.cluster.world();
        assertThat(world.anchorPods()).hasSize(3).allSatisfy(anchor -> {
            assertThat(world.tierPods()).doesNotContain(anchor);
            assertThat(world.incumbentPods()).doesNotContain(anchor);
            assertThat(world.services().values()).noneMatch(s -> anchor.matches(s.selector()));
            assertThat(world.slices())
                    .noneMatch(s -> s.endpoints().stream()
                            .anyMatch(e -> e.pod().filter(anchor.key()::equals).isPresent()));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aDrainWaitsUntilTheMemberIsDrainedAndGoesOnThen(Traffic traffic) {
        var operator = served(traffic);
        operator.drain("n4").forSeconds(8);
        assertThat(operator.evicted).isEmpty();
        operator.forSeconds(120);
        assertThat(operator.evicted).containsExactly("n4");
        assertThat(done(operator))
                .containsExactly("ExcludeNode n4", "DetachPod", "MarkDrained n4", "ReleaseAnchor", "ApplyAnchors");
        assertThat(operator.platform.anchors.alive())
                .extracting(PodView::nodeName)
                .doesNotContain("n4", "");
    }

    /** Until then it may become ready again, and what it holds goes on. */
    @Test
    void aPodThatIsMerelyNotReadyKeepsTheDrainWaitingForTheDrainWindow() {
        var operator = served(Traffic.LOCAL);
        operator.watch.faultless = false;
        operator.platform.startSeconds = () -> 3;
        operator.platform.crash(on(operator, "n4"));
        operator.platform.react();
        operator.drain("n4").forSeconds(2);
        assertThat(operator.evict("n4")).isFalse();
        operator.forSeconds(5);
        assertThat(operator.kinds()).startsWith("ExcludeNode").doesNotContain("ReleaseAnchor");
        operator.forSeconds(120);
        assertThat(operator.evicted).containsExactly("n4");

        var other = on(operator, "n3");
        operator.platform.broken.add("n3");
        operator.platform.crash(other);
        operator.platform.react();
        operator.drain("n3").forSeconds(2);
        assertThat(operator.evict("n3")).isFalse();
        operator.forSeconds(120);
        assertThat(operator.evicted).containsExactly("n4", "n3");
    }

    @Test
    void anotherTemplateDoesNotTakeTheAnchorOfAMemberThatIsBeingDrained() {
        var operator = served(Traffic.LOCAL);
        operator.drain("n4").forSeconds(2);
        operator.image("registry.example/ingress-nginx:2").forSeconds(3);
        assertThat(operator.kinds()).contains("ApplyWorkload").doesNotContain("ApplyAnchors");
        assertThat(operator.evicted).isEmpty();
        operator.untilQuiet();
        assertThat(operator.evicted).containsExactly("n4");
        assertThat(operator.kinds()).contains("ApplyAnchors");
    }

    @Test
    void anchorsOfMembersThatServeAreNeverTaken() {
        var operator = served(Traffic.LOCAL);
        operator.drain("n4").forSeconds(120);
        assertThat(members(operator)).hasSize(3);
        for (String member : members(operator)) {
            if (!member.equals("n4")) {
                assertThat(operator.evict(member)).as(member).isFalse();
            }
        }
        assertThat(operator.evicted).containsExactly("n4");
    }

    @ParameterizedTest
    @EnumSource
    void drainedAndUncordonedAMemberComesBackWithANewAnchor(Traffic traffic) {
        var operator = served(traffic);
        operator.drain("n4").forSeconds(120);
        operator.cluster.cordon("n4", false);
        operator.untilQuiet();
        assertThat(operator.evicted).containsExactly("n4");
        assertAnchored(operator);
        assertTakenOver(operator);
        operator.assertQuiet();
        assertRestored(operator);
    }

    @Test
    void uncordonedBeforeItsAnchorIsTakenThatIsHeldAgainBeforeThePodIsBackInTheService() {
        var operator = served(Traffic.LOCAL);
        operator.cluster.cordon("n4", true);
        operator.forSeconds(120);
        assertThat(operator.platform.anchors.held()).doesNotContain("n4").hasSize(2);
        operator.done.clear();
        operator.cluster.cordon("n4", false);
        operator.untilQuiet();
        assertThat(done(operator)).containsExactly("UnmarkDrained n4", "HoldAnchor", "AttachPod", "IncludeNode n4");
        assertThat(operator.platform.anchors.on("n4").orElseThrow().annotations())
                .isEmpty();
        assertAnchored(operator);
    }

    @Test
    void membersThatAreDrainedAtOnceGoOneAfterTheOtherEachWhenAnotherServes() {
        var operator = served(Traffic.LOCAL);
        List<String> drained = members(operator);
        drained.forEach(operator::drain);
        operator.untilQuiet();
        assertThat(operator.evicted).containsExactlyInAnyOrderElementsOf(drained);
        assertThat(members(operator)).hasSize(3).doesNotContainAnyElementsOf(drained);
        assertTakenOver(operator);
        assertAnchored(operator);
    }

    @Test
    void ofAllNodesDrainedAtOnceOnlyAsManyGoAsMayBeMissed() {
        var operator =
                served(cluster().nodes(3, 3).guarded().service(Traffic.LOCAL).world());
        List<String> drained = members(operator);
        drained.forEach(operator::drain);
        operator.forSeconds(2000);
        assertThat(operator.evicted).hasSize(1);
        drained.forEach(node -> operator.cluster.cordon(node, false));
        operator.forSeconds(300);
        assertTakenOver(operator);
        assertAnchored(operator);
    }

    @Test
    void whereNobodyCanTakeItsPlaceTheDrainWaitsAndTheTierSaysWhy() {
        var operator = served(cluster()
                .nodes(3, 3)
                .guarded()
                .service(Traffic.LOCAL)
                .spec(s -> s.withNodes(n -> n.withMinAvailable(3)))
                .world());
        operator.drain("n2").forSeconds(600);
        assertThat(operator.evicted).isEmpty();
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().message()).contains("n2 cannot go");
    }

    @Test
    void aNodeThatAnAutoscalerIsAboutToRemoveIsReplacedThenLetGoAndItsAnchorWithIt() {
        var operator = served(Traffic.LOCAL);
        operator.cluster.taint("n4", "karpenter.sh/disrupted");
        operator.forSeconds(5);
        assertThat(operator.evict("n4")).isFalse();
        operator.untilQuiet();
        assertThat(done(operator))
                .containsExactly(
                        "ApplyAnchors",
                        "ClaimNode n1",
                        "ExcludeNode n4",
                        "DetachPod",
                        "MarkDrained n4",
                        "ReleaseAnchor",
                        "ReleaseNode n4",
                        "ApplyAnchors",
                        "IncludeNode n4",
                        "RemoveMarks n4");
        assertAnchored(operator);
    }

    @Test
    void fewerMembersHaveFewerAnchorsAndMoreHaveMore() {
        var operator = served(Traffic.LOCAL);
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(2)));
        operator.untilQuiet();
        assertThat(operator.kinds())
                .containsSubsequence("ExcludeNode", "DetachPod", "ReleaseAnchor", "ReleaseNode", "ApplyAnchors");
        assertThat(members(operator)).hasSize(2);
        assertAnchored(operator);
        operator.done.clear();
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(4)));
        operator.untilQuiet();
        assertThat(operator.kinds()).containsExactly("ApplyAnchors", "ClaimNode", "ClaimNode");
        assertThat(members(operator)).hasSize(4);
        assertAnchored(operator);
        operator.assertQuiet();
    }

    @Test
    void whereTheWrongAnchorIsGivenUpEachMemberHasItsOwnInTheEnd() {
        var operator = served(Traffic.LOCAL);
        operator.platform.anchors.picksTheWrongOne = true;
        operator.cluster.taint("n4", "karpenter.sh/disrupted");
        operator.untilQuiet();
        assertThat(operator.platform.anchors.picksTheWrongOne).isFalse();
        assertAnchored(operator);
        assertThat(replicas(operator)).isEqualTo(3);
    }

    @Test
    void aDeletedTierHoldsEveryMemberToItsEndAndLeavesNeitherAnchorsNorBudget() {
        var operator = served(Traffic.LOCAL);
        operator.deleteTier().until(o -> o.kinds().contains("ReleaseNode"));
        assertThat(operator.platform.anchors.held()).hasSize(2);
        operator.untilQuiet();
        assertThat(operator.kinds())
                .containsSubsequence(
                        "RestoreIncumbent",
                        "ReleaseAnchor",
                        "ReleaseNode",
                        "ReleaseAnchor",
                        "ReleaseNode",
                        "ReleaseAnchor",
                        "ReleaseNode",
                        "DeleteAnchors",
                        "DeleteBudget",
                        "DeleteWorkload",
                        "ForgetOriginals",
                        "RemoveFinalizer");
        assertThat(operator.cluster.gone()).isTrue();
        assertThat(operator.cluster.anchorage).isEqualTo(Anchorage.NONE);
        assertThat(operator.platform.anchors.alive()).isEmpty();
    }

    @Test
    void aTierThatIsRolledBackLeavesNeitherAnchorsNorBudget() {
        var operator = served(Traffic.LOCAL);
        operator.askForRollback().untilQuiet();
        assertThat(operator.plan.current().orElseThrow().step()).isInstanceOf(Hold.class);
        assertThat(operator.cluster.anchorage).isEqualTo(Anchorage.NONE);
        operator.changeSpec().untilQuiet();
        assertTakenOver(operator);
        assertAnchored(operator);
    }

    @Test
    void aTierThatLetsGoTakesItsGuardAlongAndLeavesTheRest() {
        var operator = served(Traffic.LOCAL);
        operator.cluster.spec(operator.cluster.tier.getSpec().withDeletionPolicy(DeletionPolicy.Retain));
        operator.deleteTier().untilQuiet();
        assertThat(operator.kinds().subList(0, 2)).containsExactly("DeleteAnchors", "DeleteBudget");
        assertThat(operator.cluster.gone()).isTrue();
        assertThat(operator.cluster.anchorage).isEqualTo(Anchorage.NONE);
        assertThat(tierPods(operator)).hasSize(3);
    }

    @Test
    void aDeletionThatIsForcedTakesTheGuardAlongInTheSamePass() {
        var operator = served(Traffic.LOCAL);
        operator.cluster.annotateTier(Marks.FORCE_DELETE, Optional.of("true"));
        operator.deleteTier().pass();
        assertThat(operator.kinds()).startsWith("DeleteAnchors", "DeleteBudget").endsWith("RemoveFinalizer");
        assertThat(operator.cluster.gone()).isTrue();
    }

    @Test
    void disabledTheGuardGoesAndEnabledItComes() {
        var operator = served(Traffic.LOCAL);
        set(operator, DrainGuard.Disabled);
        operator.untilQuiet();
        assertThat(operator.kinds()).containsExactly("DeleteAnchors", "DeleteBudget");
        assertThat(operator.platform.anchors.alive()).isEmpty();
        assertTakenOver(operator);
        operator.done.clear();
        set(operator, DrainGuard.Enabled);
        operator.untilQuiet();
        assertThat(operator.kinds()).containsExactly("ApplyBudget", "ApplyAnchors");
        assertAnchored(operator);
        operator.assertQuiet();
    }
}
