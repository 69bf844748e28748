package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.plan.Endings.tierPods;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Probing;
import io.ingresstier.api.Reason;
import io.ingresstier.world.Answer;
import io.ingresstier.world.Answer.State;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.TemplateRevision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members whose pods are ready on paper and do not answer the operator's own probes. */
class SilentMemberTest {

    private static final long REPLACE_AFTER = 90;
    private static final String BAD = "registry.example/ingress-nginx:bad";
    private static final String GOOD = "registry.example/ingress-nginx:2";

    private static SimulatedOperator served(ClusterScenario scenario) {
        var operator = SimulatedOperator.in(scenario.world()).untilQuiet();
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        tierPods(operator).forEach(p -> judge(operator, p.nodeName(), State.ANSWERS));
        operator.done.clear();
        return operator;
    }

    private static SimulatedOperator served() {
        return served(cluster().service(Traffic.LOCAL));
    }

    private static void judge(SimulatedOperator operator, String node, State state) {
        operator.judge(on(operator, node), state);
    }

    private static void passes(SimulatedOperator operator, int count) {
        for (int i = 0; i < count; i++) {
            operator.pass();
        }
    }

    @Test
    void aSilentMemberIsExcludedAtOnceAndReplacedInTime() {
        var operator = served();
        var since = operator.cluster.now;
        judge(operator, "n4", State.SILENT);
        operator.pass();
        assertThat(operator.done).containsExactly("ExcludeNode n4");
        assertThat(operator.cluster.now).isEqualTo(since);
        operator.untilDone(NodeAction.ClaimNode.class);
        assertThat(operator.cluster.now).isEqualTo(since.plusSeconds(REPLACE_AFTER));
        operator.untilQuiet();
        assertThat(operator.kinds())
                .containsExactly(
                        "ExcludeNode",
                        "DetachPod",
                        "MarkDrained",
                        "ClaimNode",
                        "ReleaseNode",
                        "IncludeNode",
                        "RemoveMarks");
        assertTakenOver(operator);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLUSTER", "POD_DIRECT"})
    void whereOthersSendToItsPodItIsDetachedAtOnceToo(Traffic traffic) {
        var operator = served(cluster().service(traffic));
        var since = operator.cluster.now;
        judge(operator, "n4", State.SILENT);
        passes(operator, 2);
        assertThat(operator.kinds()).containsExactly("ExcludeNode", "DetachPod");
        assertThat(operator.cluster.now).isEqualTo(since);
    }

    @Test
    void whereOnlyItsOwnNodeSendsToItThePodStaysUntilTheBalancerHasDroppedTheNode() {
        var operator = served();
        judge(operator, "n4", State.SILENT);
        operator.forSeconds(2);
        assertThat(operator.kinds()).containsExactly("ExcludeNode");
    }

    @ParameterizedTest
    @EnumSource
    void oneThatAnswersAgainForLongEnoughComesBack(Traffic traffic) {
        var operator = served(cluster().service(traffic));
        judge(operator, "n4", State.SILENT);
        operator.forSeconds(30);
        judge(operator, "n4", State.RETURNING);
        operator.forSeconds(3);
        assertThat(operator.kinds()).containsExactly("ExcludeNode", "DetachPod", "MarkDrained");
        judge(operator, "n4", State.ANSWERS);
        operator.untilQuiet();
        assertThat(operator.kinds())
                .containsExactly(
                        "ExcludeNode", "DetachPod", "MarkDrained", "UnmarkDrained", "AttachPod", "IncludeNode");
        assertTakenOver(operator);
    }

    @Test
    void whoHasOnlyJustBegunToListenIncludesNobodyThatHeHasNotHeard() {
        var operator = served();
        judge(operator, "n4", State.SILENT);
        operator.pass();
        judge(operator, "n4", State.UNHEARD);
        operator.forSeconds(30);
        assertThat(operator.kinds()).containsExactly("ExcludeNode");
        judge(operator, "n4", State.UNREACHABLE);
        operator.untilQuiet();
        assertThat(operator.kinds()).containsExactly("ExcludeNode", "IncludeNode");
    }

    /** A machine that starts again within a second says of its pods what they were. */
    @Test
    void oneThatWasDrainedComesBackOnlyOnceItsPodHasJustAnswered() {
        var operator = served(cluster().service(Traffic.CLUSTER));
        operator.cluster.cordon("n4", true);
        operator.forSeconds(60);
        assertThat(operator.kinds()).contains("DetachPod").doesNotContain("ReleaseNode");
        operator.done.clear();

        operator.cluster.cordon("n4", false);
        hear(operator, State.ANSWERS, operator.cluster.now.minusSeconds(2));
        operator.forSeconds(3);
        hear(operator, State.DOUBTED, operator.cluster.now);
        operator.forSeconds(3);
        assertThat(operator.kinds()).doesNotContain("AttachPod", "IncludeNode");

        hear(operator, State.ANSWERS, operator.cluster.now.plusSeconds(60));
        operator.untilQuiet();
        assertThat(operator.kinds()).contains("AttachPod", "IncludeNode");
        assertTakenOver(operator);
    }

    private static void hear(SimulatedOperator operator, State state, Instant heardAt) {
        operator.cluster.answers.put(
                on(operator, "n4").uid(),
                new Answer(state, heardAt, 0, Optional.empty(), Optional.of(heardAt), List.of()));
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"DOUBTED", "SILENT"})
    void oneThatIsTakenOutStaysOutWhateverBecomesOfTheOthers(State others) {
        var operator = served(cluster().service(Traffic.CLUSTER));
        judge(operator, "n4", State.SILENT);
        passes(operator, 2);
        assertThat(operator.kinds()).containsExactly("ExcludeNode", "DetachPod");
        judge(operator, "n3", others);
        judge(operator, "n5", others);
        operator.forSeconds(8);
        assertThat(operator.kinds()).containsExactly("ExcludeNode", "DetachPod");
    }

    @Test
    void oneThatIsToLeaveAnywayIsExcludedAtOnceAndNotOnlyWhenItsReplacementServes() {
        var operator = served(cluster().service(Traffic.CLUSTER));
        operator.platform.startSeconds = () -> 60;
        operator.cluster.taint("n4", "karpenter.sh/disrupted");
        operator.forSeconds(10);
        assertThat(operator.kinds()).containsExactly("ClaimNode");
        judge(operator, "n4", State.SILENT);
        passes(operator, 2);
        assertThat(operator.kinds()).containsExactly("ClaimNode", "ExcludeNode", "DetachPod");
    }

    @Test
    void twoOfThreeThatFallSilentTogetherAreNotTakenOutButReplaced() {
        var operator = served();
        judge(operator, "n3", State.SILENT);
        judge(operator, "n4", State.SILENT);
        operator.forSeconds(REPLACE_AFTER - 1);
        assertThat(operator.done).isEmpty();
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().reason()).isEqualTo(Reason.MassFailure);
        operator.forSeconds(30);
        assertThat(operator.kinds()).containsExactly("ClaimNode", "ClaimNode");
    }

    @Test
    void nobodyIsTakenOutBeforeItIsKnownHowManyAreSilent() {
        var operator = served();
        judge(operator, "n4", State.SILENT);
        judge(operator, "n3", State.DOUBTED);
        operator.forSeconds(1);
        assertThat(operator.done).isEmpty();
        judge(operator, "n3", State.ANSWERS);
        operator.pass();
        assertThat(operator.done).containsExactly("ExcludeNode n4");
    }

    @Test
    void whereNobodyAnswersNothingIsDoneAndThatIsSaid() {
        var operator = served();
        tierPods(operator).forEach(p -> judge(operator, p.nodeName(), State.SILENT));
        operator.forSeconds(600);
        assertThat(operator.done).isEmpty();
        assertThat(operator.plan.situation().concerns())
                .extracting(Concern::reason)
                .containsExactly(Reason.NobodyAnswers);
        tierPods(operator).forEach(p -> judge(operator, p.nodeName(), State.ANSWERS));
        operator.untilQuiet();
        assertTakenOver(operator);
        assertThat(operator.plan.situation().concerns()).isEmpty();
    }

    @Test
    void whereEveryMemberMustServeASilentOneIsTakenOutOnlyOnceAnotherServes() {
        var operator = served(cluster().service(Traffic.LOCAL).spec(s -> s.withNodes(n -> n.withMinAvailable(3))));
        judge(operator, "n4", State.SILENT);
        operator.forSeconds(REPLACE_AFTER - 1);
        assertThat(operator.done).isEmpty();
        assertThat(operator.plan.refusals()).extracting(r -> r.reason()).containsExactly(Reason.MinAvailableHeld);
        operator.untilQuiet();
        assertThat(operator.kinds())
                .startsWith("ClaimNode", "ExcludeNode", "DetachPod")
                .endsWith("ReleaseNode", "IncludeNode", "RemoveMarks");
        assertTakenOver(operator);
    }

    @Test
    void theOnlyMemberIsNeverTakenOut() {
        var operator = served(cluster().service(Traffic.LOCAL).incumbents(1).replicas(1));
        judge(operator, tierPods(operator).getFirst().nodeName(), State.SILENT);
        operator.forSeconds(600);
        assertThat(operator.done).isEmpty();
    }

    @Test
    void aSilentMemberIsTakenOutWhileAnotherIsOnItsWay() {
        var operator =
                served(cluster().service(Traffic.LOCAL).replicas(4).spec(s -> s.withNodes(n -> n.withMinAvailable(2))));
        operator.cluster.cordon("n3", true);
        operator.pass();
        assertThat(operator.done).containsExactly("ExcludeNode n3");
        judge(operator, "n4", State.SILENT);
        operator.pass();
        assertThat(operator.done).containsExactly("ExcludeNode n3", "ExcludeNode n4");
    }

    @Test
    void aSilentMemberIsNoneOfThoseThatMustServe() {
        var operator = served();
        judge(operator, "n4", State.SILENT);
        operator.untilDone(NodeAction.ExcludeNode.class);
        operator.cluster.cordon("n3", true);
        operator.forSeconds(30);
        assertThat(operator.done).doesNotContain("ExcludeNode n3");
        assertThat(operator.plan.situation().world().members())
                .filteredOn(m -> m.silent())
                .extracting(m -> m.name())
                .containsExactly("n4");
    }

    @Test
    void onePodThatTheClusterCallsNotReadyTooIsDrained() {
        var operator = served();
        operator.watch.faultless = false;
        judge(operator, "n4", State.SILENT);
        operator.pass();
        operator.platform.cloud.remember();
        operator.platform.flip("n4", false);
        operator.platform.react();
        operator.untilQuiet();
        assertThat(operator.kinds())
                .containsExactly(
                        "ExcludeNode",
                        "MarkDrained",
                        "ClaimNode",
                        "DetachPod",
                        "ReleaseNode",
                        "IncludeNode",
                        "RemoveMarks");
        assertTakenOver(operator);
    }

    @Test
    void aForecastCountsOnNoSilence() {
        var operator = served();
        judge(operator, "n4", State.SILENT);
        var world = operator.cluster.world();
        assertThat(Forecast.of(world).writes()).isEmpty();
    }

    @Test
    void withoutProbingOnlyWhatTheClusterSaysCounts() {
        var operator =
                served(cluster().service(Traffic.LOCAL).spec(s -> s.withNodes(n -> n.withProbing(Probing.Disabled))));
        judge(operator, "n4", State.SILENT);
        operator.forSeconds(600);
        assertThat(operator.done).isEmpty();
    }

    @Test
    void onesThatNeverAnsweredAreLeftAloneAndThatIsSaid() {
        var operator = served();
        tierPods(operator).forEach(p -> judge(operator, p.nodeName(), State.UNREACHABLE));
        operator.untilQuiet();
        assertThat(operator.done).isEmpty();
        assertThat(operator.plan.situation().concerns())
                .singleElement()
                .satisfies(concern -> assertThat(concern.reason()).isEqualTo(Reason.NotProbed))
                .satisfies(concern -> assertThat(concern.message()).contains("pods on n3, n4, n5"));
    }

    /** It answers for a moment each time, so that it is not one that never did. */
    @ParameterizedTest
    @EnumSource
    void aPodThatStartsAgainAndAgainIsReplacedWithTheNextTemplate(Traffic traffic) {
        var operator = served(cluster().nodes(5, 3).hostPorts().service(traffic));
        List.of("n1", "n2").forEach(spare -> operator.cluster.cordon(spare, true));
        operator.platform.brokenImages.add(BAD);
        operator.image(BAD).untilDone(PodAction.RestartPod.class);
        operator.forSeconds(10);
        String node = tierPods(operator).stream()
                .filter(p -> !p.ready())
                .findFirst()
                .orElseThrow()
                .nodeName();
        judge(operator, node, State.SILENT);
        operator.forSeconds(10 * REPLACE_AFTER);
        assertThat(operator.plan.situation().choice().reasons()).containsEntry(node, LeaveReason.Lost);
        operator.image(GOOD).untilQuiet();
        assertThat(tierPods(operator))
                .as(operator.told())
                .hasSize(3)
                .allMatch(PodView::serving)
                .noneMatch(p -> TemplateRevision.outdated(operator.cluster.world(), p));
        assertTakenOver(operator);
    }

    @Test
    void duringADeletionASilentMemberKeepsNobodyWaiting() {
        var operator = served();
        judge(operator, "n4", State.SILENT);
        operator.untilDone(NodeAction.ExcludeNode.class);
        Endings.assertRestored(operator);
    }
}
