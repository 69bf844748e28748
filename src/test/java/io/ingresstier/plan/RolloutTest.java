package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertRestored;
import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.plan.Endings.refusal;
import static io.ingresstier.plan.Endings.tierPods;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.ConditionType;
import io.ingresstier.api.PlannedAction;
import io.ingresstier.api.Reason;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.TemplateRevision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pods make way for ones of a new template: by surge, or member by member where host ports leave no room for one. */
class RolloutTest {

    private static final String OLD = "registry.example/ingress-nginx:1";
    private static final String NEW = "registry.example/ingress-nginx:2";
    private static final String BAD = "registry.example/ingress-nginx:bad";

    private static SimulatedOperator served(ClusterScenario scenario) {
        var operator = SimulatedOperator.in(scenario.world()).untilQuiet();
        operator.done.clear();
        operator.platform.brokenImages.add(BAD);
        return operator;
    }

    private static ClusterScenario surge(Traffic traffic) {
        return cluster().service(traffic);
    }

    private static ClusterScenario hostPorts(Traffic traffic) {
        return cluster().nodes(8, 3).hostPorts().service(traffic);
    }

    /** Nodes with what was done to them, pods and the DaemonSet without their names. */
    private static List<String> done(SimulatedOperator operator) {
        return operator.done.stream()
                .map(d -> d.contains("/") ? d.substring(0, d.indexOf(' ')) : d)
                .toList();
    }

    private static List<PodView> outdated(SimulatedOperator operator) {
        var world = operator.cluster.world();
        return tierPods(operator).stream()
                .filter(p -> TemplateRevision.outdated(world, p))
                .toList();
    }

    private static void assertRolledOut(SimulatedOperator operator) {
        assertTakenOver(operator);
        assertThat(outdated(operator)).isEmpty();
        operator.assertQuiet();
    }

    private static String told(SimulatedOperator operator) {
        return operator.plan.outcome(Tend.class).orElseThrow().message();
    }

    private static List<String> replaced(String... nodes) {
        var writes = new ArrayList<String>();
        for (String node : nodes) {
            writes.addAll(List.of("ExcludeNode " + node, "DetachPod", "RestartPod", "IncludeNode " + node));
        }
        return writes;
    }

    @ParameterizedTest
    @EnumSource
    void bySurgeTheOperatorChangesTheTemplateAndTellsHowFarItIs(Traffic traffic) {
        var operator = served(surge(traffic)).image(NEW);
        operator.until(o -> !outdated(o).isEmpty() && outdated(o).size() < 3);
        operator.pass();
        var outcome = operator.plan.outcome(Tend.class).orElseThrow();
        assertThat(outcome.reason()).isEqualTo(Reason.RollingOut);
        assertThat(outcome.message()).contains("of 3 pods run the new template");
        operator.untilQuiet();
        assertThat(done(operator)).containsExactly("ApplyWorkload");
        assertRolledOut(operator);
        assertRestored(operator);
    }

    @Test
    void bySurgeItIsOverOnceNoOldPodGetsNewConnections() {
        var operator = served(surge(Traffic.POD_DIRECT)).image(NEW);
        operator.platform.sliceSeconds = () -> 1;
        operator.until(o -> !outdated(o).isEmpty()).until(o -> outdated(o).isEmpty());
        operator.pass();
        assertThat(operator.plan.outcome(Tend.class).orElseThrow().reason()).isEqualTo(Reason.RollingOut);
        operator.untilQuiet();
        assertRolledOut(operator);
    }

    @Test
    void aMembersPodIsTheOldOneForAsLongAsBothServe() {
        var operator = served(surge(Traffic.LOCAL)).image(NEW);
        operator.until(o -> tierPods(o).size() == 4 && tierPods(o).stream().allMatch(PodView::serving));
        var world = operator.cluster.world();
        assertThat(world.members())
                .allMatch(m -> TemplateRevision.outdated(world, m.pod().orElseThrow()));
    }

    @ParameterizedTest
    @EnumSource
    void withHostPortsOneMemberAfterTheOtherLeavesTheBalancerDrainsAndComesBackWithANewPod(Traffic traffic) {
        var operator = served(hostPorts(traffic)).image(NEW).untilQuiet();
        var expected = new ArrayList<>(List.of("ApplyWorkload"));
        expected.addAll(replaced("n3", "n4", "n5"));
        assertThat(done(operator)).isEqualTo(expected);
        assertRolledOut(operator);
        assertRestored(operator);
    }

    @Test
    void theNextMemberIsTakenOnlyOnceTheOneBeforeItServes() {
        var operator = served(hostPorts(Traffic.LOCAL)).image(NEW).untilDone(NodeAction.IncludeNode.class);
        var back = operator.cluster.now;
        operator.until(o -> o.done.contains("ExcludeNode n4"));
        var traffic = Situation.of(operator.cluster.world()).traffic();
        assertThat(operator.cluster.now)
                .isEqualTo(back.plus(traffic.settleBound()).plusSeconds(1));
    }

    @Test
    void itIsSaidWhereEachMemberIs() {
        var operator = served(hostPorts(Traffic.LOCAL)).image(NEW);
        operator.untilDone(NodeAction.ExcludeNode.class).pass();
        assertThat(told(operator)).isEqualTo("0 of 3 pods run the new template; n3: it leaves the balancer first");
        operator.untilDone(PodAction.DetachPod.class).pass();
        assertThat(told(operator)).isEqualTo("0 of 3 pods run the new template; n3: its connections may end");
        operator.untilDone(PodAction.RestartPod.class).pass();
        assertThat(told(operator)).isEqualTo("0 of 3 pods run the new template; n3: its old pod is stopping");
        operator.until(o -> tierPods(o).stream().anyMatch(p -> !p.ready())).pass();
        assertThat(told(operator)).startsWith("0 of 3 pods run the new template; n3: its new pod is starting");
        operator.untilDone(NodeAction.IncludeNode.class).pass();
        assertThat(told(operator)).contains("1 of 3 pods run the new template", "taking in n3");
    }

    @ParameterizedTest
    @EnumSource
    void aTemplateThatDoesNotWorkStopsAtTheFirstMemberAndTheNextOneReplacesThatFirst(Traffic traffic) {
        var operator = served(hostPorts(traffic)).image(BAD).untilQuiet();
        assertThat(done(operator)).containsExactly("ApplyWorkload", "ExcludeNode n3", "DetachPod", "RestartPod");
        assertThat(refusal(operator, Tend.class)).isEqualTo(Reason.RolloutStalled);
        assertThat(told(operator))
                .startsWith("0 of 3 pods run the new template; n3: its new pod has not become ready within 60 s");
        operator.assertQuiet();
        operator.done.clear();
        operator.image(NEW).untilQuiet();
        var expected = new ArrayList<>(List.of("ApplyWorkload", "RestartPod", "IncludeNode n3"));
        expected.addAll(replaced("n4", "n5"));
        assertThat(done(operator)).isEqualTo(expected);
        assertRolledOut(operator);
    }

    @Test
    void bySurgeTooATemplateThatDoesNotWorkStopsAtTheFirstAndIsSaid() {
        var operator = served(surge(Traffic.LOCAL)).image(BAD).untilQuiet();
        assertThat(refusal(operator, Tend.class)).isEqualTo(Reason.RolloutStalled);
        assertThat(outdated(operator)).hasSize(3).allMatch(PodView::serving);
        operator.image(NEW).untilQuiet();
        assertThat(done(operator)).containsExactly("ApplyWorkload", "ApplyWorkload");
        assertRolledOut(operator);
    }

    @ParameterizedTest
    @EnumSource
    void aTemplatePutBackLeavesNoMemberOut(Traffic traffic) {
        for (var step : List.of(NodeAction.ExcludeNode.class, PodAction.DetachPod.class, PodAction.RestartPod.class)) {
            var operator = served(hostPorts(traffic)).image(NEW).untilDone(step);
            operator.image(OLD).untilQuiet();
            assertThat(operator.kinds()).containsOnlyOnce("ExcludeNode");
            assertRolledOut(operator);
        }
    }

    @Test
    void aDrainedMemberWhoseTemplateIsPutBackKeepsItsPod() {
        var operator = served(hostPorts(Traffic.LOCAL)).image(NEW).untilDone(PodAction.DetachPod.class);
        operator.image(OLD).untilQuiet();
        assertThat(done(operator))
                .containsExactly(
                        "ApplyWorkload", "ExcludeNode n3", "DetachPod", "ApplyWorkload", "AttachPod", "IncludeNode n3");
    }

    @Test
    void aTemplateThatDidNotWorkIsPutBackByOneMoreRestart() {
        var operator = served(hostPorts(Traffic.LOCAL)).image(BAD).untilQuiet();
        operator.done.clear();
        operator.image(OLD).untilQuiet();
        assertThat(done(operator)).containsExactly("ApplyWorkload", "RestartPod", "IncludeNode n3");
        assertRolledOut(operator);
    }

    @Test
    void whereMinAvailableWouldBeTouchedAnotherServesFirstAndIsGivenUpLast() {
        var operator = served(hostPorts(Traffic.LOCAL).spec(s -> s.withNodes(n -> n.withMinAvailable(3))))
                .image(NEW)
                .untilQuiet();
        var expected = new ArrayList<>(List.of("ApplyWorkload", "ClaimNode n1"));
        expected.addAll(replaced("n3", "n4", "n5"));
        expected.addAll(List.of(
                "ExcludeNode n1", "DetachPod", "MarkDrained n1", "ReleaseNode n1", "IncludeNode n1", "RemoveMarks n1"));
        assertThat(done(operator)).isEqualTo(expected);
        assertRolledOut(operator);
    }

    @Test
    void aSoleMemberIsReplacedBesideAnother() {
        var operator = served(hostPorts(Traffic.CLUSTER).incumbents(1).replicas(1))
                .image(NEW)
                .untilQuiet();
        assertThat(operator.kinds())
                .startsWith("ApplyWorkload", "ClaimNode", "ExcludeNode", "DetachPod", "RestartPod", "IncludeNode");
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        assertThat(outdated(operator)).isEmpty();
    }

    @Test
    void whereNoNodeCanTakeItsPlaceNothingIsReplacedAndThatIsSaid() {
        var operator = served(cluster()
                        .nodes(3, 3)
                        .incumbents(0)
                        .hostPorts()
                        .service(Traffic.LOCAL)
                        .spec(s -> s.withNodes(n -> n.withMinAvailable(3))))
                .image(NEW)
                .untilQuiet();
        assertThat(done(operator)).containsExactly("ApplyWorkload");
        assertThat(refusal(operator, Tend.class)).isEqualTo(Reason.MinAvailableHeld);
    }

    @Test
    void aNodeIsNotGivenUpForATemplateThatWorksNowhere() {
        var operator = served(hostPorts(Traffic.LOCAL).spec(s -> s.withNodes(n -> n.withMinAvailable(3))))
                .image(BAD)
                .untilQuiet();
        assertThat(done(operator)).containsExactly("ApplyWorkload", "ClaimNode n1");
        assertThat(refusal(operator, Tend.class)).isEqualTo(Reason.RolloutStalled);
        operator.done.clear();
        operator.image(NEW).untilQuiet();
        assertThat(done(operator)).startsWith("ApplyWorkload", "RestartPod", "ExcludeNode n3");
        assertRolledOut(operator);
    }

    @Test
    void aPodThatIsNotMadeAnewStallsItToo() {
        var operator = served(hostPorts(Traffic.LOCAL)).image(NEW);
        operator.platform.accountMissing = true;
        operator.untilQuiet();
        assertThat(refusal(operator, Tend.class)).isEqualTo(Reason.RolloutStalled);
        assertThat(told(operator)).contains("n3: its new pod is awaited");
        assertThat(operator.kinds()).containsOnlyOnce("RestartPod");
        operator.platform.accountMissing = false;
        operator.platform.react();
        operator.untilQuiet();
        assertRolledOut(operator);
    }

    @Test
    void aMemberThatIsCordonedIsReplacedOnceItComesBack() {
        var operator = served(hostPorts(Traffic.LOCAL).spec(s -> s.withNodes(n -> n.withMinAvailable(1))));
        operator.cluster.cordon("n3", true);
        operator.untilDone(NodeAction.MarkDrained.class)
                .image(NEW)
                .until(o -> outdated(o).size() == 1);
        operator.until(o -> o.done.contains("IncludeNode n5")).forSeconds(20);
        operator.done.clear();
        operator.cluster.cordon("n3", false);
        operator.untilQuiet();
        assertThat(done(operator)).containsExactly("UnmarkDrained n3", "RestartPod", "IncludeNode n3");
        assertRolledOut(operator);
    }

    @Test
    void whileAnotherMemberDoesNotServeNoneIsTakenAndTheOneThatIsOutComesBack() {
        var operator = served(hostPorts(Traffic.LOCAL)).image(NEW);
        operator.until(o -> o.done.contains("ExcludeNode n4"));
        operator.watch.faultless = false;
        operator.platform.broken.add("n3");
        operator.platform.crash(on(operator, "n3"));
        operator.untilQuiet();
        assertThat(done(operator)).endsWith("ExcludeNode n4", "IncludeNode n4");
        operator.platform.broken.clear();
        operator.platform.crash(on(operator, "n3"));
        operator.untilQuiet();
        assertRolledOut(operator);
    }

    @Test
    void aTakeoverGoesOnWithATemplateThatChangesOnTheWay() {
        for (boolean ports : List.of(false, true)) {
            for (int writes = 1; writes < 14; writes++) {
                for (String image : List.of(NEW, BAD)) {
                    var operator =
                            SimulatedOperator.in((ports ? hostPorts(Traffic.LOCAL) : surge(Traffic.LOCAL)).world());
                    operator.platform.brokenImages.add(BAD);
                    operator.untilWrites(writes)
                            .image(image)
                            .forSeconds(5)
                            .image(NEW)
                            .untilQuiet();
                    assertRolledOut(operator);
                    assertThat(operator.kinds()).doesNotContain("RecordRollback");
                }
            }
        }
    }

    @Test
    void theSoakIsCountedFromTheEndOfTheRollout() {
        for (boolean ports : List.of(false, true)) {
            var operator = SimulatedOperator.in((ports ? hostPorts(Traffic.CLUSTER) : surge(Traffic.CLUSTER)).world())
                    .untilDone(ServiceAction.AttachService.class)
                    .forSeconds(10)
                    .image(NEW);
            operator.until(
                    o -> o.kinds().stream().filter("ApplyWorkload"::equals).count() == 2);
            operator.until(o -> outdated(o).isEmpty());
            var rolledOut = operator.cluster.now;
            operator.untilDone(ServiceAction.NarrowSelector.class);
            assertThat(operator.cluster.now).isAfterOrEqualTo(rolledOut.plusSeconds(20));
            assertThat(operator.kinds()).doesNotContain("RecordRollback");
        }
    }

    @Test
    void theIncumbentStaysWhileATemplateDoesNotWork() {
        var operator =
                SimulatedOperator.in(hostPorts(Traffic.LOCAL).world()).untilDone(ServiceAction.NarrowSelector.class);
        operator.platform.brokenImages.add(BAD);
        operator.image(BAD).untilQuiet();
        assertThat(operator.kinds()).doesNotContain("ScaleIncumbent").containsOnlyOnce("WidenSelector");
        assertThat(refusal(operator, Tend.class)).isEqualTo(Reason.RolloutStalled);
        operator.image(NEW).untilQuiet();
        assertRolledOut(operator);
        assertThat(operator.cluster.tier.getStatus().condition(ConditionType.Contested))
                .isEmpty();
    }

    @Test
    void aTemplateThatChangedBeforeTheFirstServiceWriteIsForetoldToTheEnd() {
        var operator = SimulatedOperator.in(surge(Traffic.LOCAL).world())
                .untilDone(NodeAction.ClaimNode.class)
                .image(NEW);
        var forecast = Forecast.of(operator.cluster.world());
        assertThat(forecast.ending()).as(forecast.toString()).isEqualTo(new Forecast.Ending.Reached());
        assertThat(forecast.writes())
                .extracting(PlannedAction::action)
                .containsOnlyOnce("ForgetOriginals", "RecordOriginals", "ApplyWorkload");
    }

    @ParameterizedTest
    @EnumSource
    void aRolloutIsForetoldMemberByMember(Traffic traffic) {
        var operator = served(hostPorts(traffic)).image(NEW);
        var forecast = Forecast.of(operator.cluster.world());
        assertThat(forecast.ending()).isEqualTo(new Forecast.Ending.Reached());
        operator.untilQuiet();
        assertThat(forecast.writes()).extracting(PlannedAction::action).isEqualTo(operator.kinds());
        var surge = Forecast.of(served(surge(traffic)).image(NEW).cluster.world());
        assertThat(surge.ending()).isEqualTo(new Forecast.Ending.Reached());
        assertThat(surge.writes()).extracting(PlannedAction::action).containsExactly("ApplyWorkload");
    }

    @Test
    void aDeletedTierLeavesInTheMiddleOfARollout() {
        for (var step : List.of(NodeAction.ExcludeNode.class, PodAction.DetachPod.class, PodAction.RestartPod.class)) {
            assertRestored(served(hostPorts(Traffic.LOCAL)).image(NEW).untilDone(step));
        }
    }

    @Test
    void aRolledOutMemberHasNoMarksOfItLeft() {
        var operator = served(hostPorts(Traffic.LOCAL)).image(NEW).untilQuiet();
        assertThat(operator.cluster.world().members())
                .extracting(Member::node)
                .allMatch(n -> !n.labels().containsKey(Marks.EXCLUDE)
                        && !n.annotations().containsKey(Marks.EXCLUDED_AT)
                        && !n.annotations().containsKey(Marks.DRAINED));
    }
}
