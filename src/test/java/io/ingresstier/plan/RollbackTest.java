package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.plan.Endings.refusal;
import static io.ingresstier.plan.Endings.tierPods;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.world.AddressLoss;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Edits;
import io.ingresstier.world.Marks;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A takeover that fails, or that somebody calls off, is undone while the tier stays. */
class RollbackTest {

    private static final Edits EXCLUDED = Edits.of(Map.of(Marks.EXCLUDE, Optional.of("")), Map.of());

    private static SimulatedOperator takeover(Traffic traffic) {
        return SimulatedOperator.in(cluster().service(traffic).world());
    }

    @ParameterizedTest
    @EnumSource
    void aSoakThatFailsRollsTheTakeoverBackByItself(Traffic traffic) {
        var operator = takeover(traffic);
        var before = operator.cluster.remembered();
        operator.untilDone(ServiceAction.AttachService.class).forSeconds(10);
        operator.watch.faultless = false;
        operator.platform.broken.add("n3");
        operator.platform.crash(on(operator, "n3"));
        operator.untilQuiet();
        assertThat(operator.kinds()).contains("RecordRollback").doesNotContain("NarrowSelector", "ScaleIncumbent");
        assertRolledBack(operator, before);
        assertThat(refusal(operator, Hold.class)).isEqualTo(Reason.RolledBack);
        assertThat(operator.plan.outcome(Hold.class).orElseThrow().message()).contains("n3", "generation 1");
    }

    @ParameterizedTest
    @EnumSource
    void anyTakeoverCanBeRolledBackOnRequestAfterEveryWrite(Traffic traffic) {
        int writes = takeover(traffic).untilQuiet().done.size();
        for (int k = 3; k <= writes; k++) {
            var operator = takeover(traffic);
            var before = operator.cluster.remembered();
            operator.untilWrites(k).askForRollback().untilQuiet();
            assertRolledBack(operator, before);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itIsRolledBackLongAfterTheIncumbentWasRetired(boolean incumbentsPreferMembers) {
        var operator = takeover(Traffic.LOCAL);
        operator.platform.incumbentsPreferMembers = incumbentsPreferMembers;
        var before = operator.cluster.remembered();
        assertTakenOver(operator.untilQuiet().forSeconds(86_400));
        operator.askForRollback().untilQuiet();
        assertRolledBack(operator, before);
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isEqualTo(3);
        assertThat(operator.cluster.originals.orElseThrow().retired()).isEmpty();
    }

    @Test
    void nothingIsTriedAgainUntilTheSpecChangesAndThenWithASoakOfItsOwn() {
        var operator = takeover(Traffic.LOCAL).untilQuiet().askForRollback().untilQuiet();
        operator.done.clear();
        operator.forSeconds(86_400).assertQuiet();
        assertThat(operator.done).isEmpty();
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(4)));
        operator.untilDone(ServiceAction.AttachService.class);
        var attached = operator.cluster.now;
        operator.untilDone(ServiceAction.NarrowSelector.class);
        assertThat(operator.cluster.now).isAfterOrEqualTo(attached.plusSeconds(20));
        operator.untilQuiet();
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        assertThat(tierPods(operator)).hasSize(4).allMatch(PodView::serving);
    }

    @Test
    void aRolledBackTierThatIsDeletedLeavesNothing() {
        var operator = takeover(Traffic.CLUSTER);
        var before = operator.cluster.remembered();
        operator.untilQuiet().askForRollback().untilQuiet().deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.remembered()).isEqualTo(before);
    }

    @Test
    void aTierThatIsDeletedWhileItRollsBackIsRestored() {
        int writes = takeover(Traffic.LOCAL)
                .untilQuiet()
                .askForRollback()
                .untilQuiet()
                .done
                .size();
        int first = takeover(Traffic.LOCAL).untilQuiet().done.size();
        for (int k = first + 1; k <= writes; k++) {
            var operator = takeover(Traffic.LOCAL);
            var before = operator.cluster.remembered();
            operator.untilQuiet().askForRollback().untilWrites(k).deleteTier().untilQuiet();
            assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
            assertThat(operator.cluster.remembered()).isEqualTo(before);
        }
    }

    @Test
    void aRequestForAnOlderGenerationWasMeantForAnotherSpec() {
        var operator = takeover(Traffic.LOCAL).untilQuiet().askForRollback().untilQuiet();
        operator.changeSpec().untilQuiet();
        assertTakenOver(operator);
    }

    @Test
    void aGarbledRequestIsRefusedAndTheTierLookedAfterAllTheSame() {
        var operator = takeover(Traffic.LOCAL).untilQuiet();
        operator.cluster.annotateTier(Marks.ROLLBACK, Optional.of("true"));
        operator.cluster.annotate(ClusterScenario.SERVICE, ClusterScenario.ALIBABA + "backend-label", Optional.empty());
        operator.done.clear();
        operator.untilQuiet();
        assertThat(refusal(operator, Undo.class)).isEqualTo(Reason.RollbackRefused);
        assertThat(operator.plan.outcome(Undo.class).orElseThrow().message()).contains("\"true\"", "generation 1");
        assertThat(operator.kinds()).containsExactly("AttachService");
    }

    @Test
    void withoutAnIncumbentThereIsNothingToGoBackTo() {
        var operator = takeover(Traffic.LOCAL).untilQuiet();
        operator.cluster.incumbent = Optional.empty();
        operator.done.clear();
        operator.askForRollback().untilQuiet();
        assertThat(refusal(operator, Undo.class)).isEqualTo(Reason.RollbackRefused);
        assertThat(operator.plan.outcome(Undo.class).orElseThrow().message()).contains("nginx-ingress-controller");
        assertThat(operator.done).isEmpty();
    }

    @Test
    void whereNothingServedBeforeThereIsNothingToGoBackTo() {
        var operator = SimulatedOperator.in(
                        cluster().incumbents(0).service(Traffic.LOCAL).world())
                .untilQuiet();
        operator.askForRollback().untilQuiet();
        assertThat(operator.plan.outcome(Undo.class).orElseThrow().message()).contains("nothing served before");
    }

    @Test
    void aTierThatHasNotBegunDoesNotBeginWhileARollbackIsAskedFor() {
        var operator = takeover(Traffic.LOCAL).askForRollback().untilQuiet();
        assertThat(operator.done).isEmpty();
        assertThat(refusal(operator, Undo.class)).isEqualTo(Reason.RollbackRefused);
        operator.cluster.annotateTier(Marks.ROLLBACK, Optional.empty());
        assertTakenOver(operator.untilQuiet());
    }

    @Test
    void anIncumbentThatDoesNotComeBackKeepsTheTierServing() {
        var operator = takeover(Traffic.LOCAL).untilQuiet();
        operator.watch.faultless = false;
        operator.platform.incumbentBroken = true;
        operator.done.clear();
        operator.askForRollback().untilQuiet();
        assertThat(operator.kinds()).containsExactly("RecordRollback", "RestoreIncumbent");
        assertThat(refusal(operator, BringBack.class)).isEqualTo(Reason.IncumbentNotBack);
        operator.changeSpec().untilQuiet();
        assertThat(operator.kinds()).endsWith("NarrowSelector", "ScaleIncumbent", "WidenSelector");
        assertTakenOver(operator);
    }

    @Test
    void anIngressThatLosesTheBalancersAddressDuringTheSoakFailsItAndNoOtherDoes() {
        var ingress = new ObjectKey("shop", "cart");
        var operator = takeover(Traffic.LOCAL);
        operator.cluster.losses.add(new AddressLoss(ingress, Set.of("47.0.0.1"), operator.cluster.now));
        operator.untilDone(ServiceAction.AttachService.class).forSeconds(10);
        operator.cluster.losses.add(new AddressLoss(ingress, Set.of("198.51.100.7"), operator.cluster.now));
        operator.pass();
        assertThat(operator.kinds()).doesNotContain("RecordRollback");
        operator.cluster.losses.add(new AddressLoss(ingress, Set.of("47.0.0.1"), operator.cluster.now));
        operator.untilQuiet();
        assertThat(operator.plan.outcome(Hold.class).orElseThrow().message()).contains("shop/cart", "47.0.0.1");
    }

    @Test
    void tooFewBackendsDuringTheSoakFailItThoughTheyAreReplaced() {
        var operator = takeover(Traffic.LOCAL)
                .until(o -> Optional.ofNullable(o.cluster.tier.getStatus().takeover())
                        .map(t -> t.soakStartTime())
                        .isPresent())
                .forSeconds(0);
        operator.watch.faultless = false;
        for (String node : List.of("n3", "n4")) {
            operator.cluster.put(operator.cluster.nodes.get(node).with(EXCLUDED));
        }
        operator.untilQuiet();
        assertThat(operator.kinds()).contains("RecordRollback").doesNotContain("NarrowSelector");
    }

    @ParameterizedTest
    @EnumSource
    void aMemberThatSomebodyHasJustExcludedIsDetachedOnceTheBalancerHadItsTimeToo(Traffic traffic) {
        var operator =
                takeover(traffic).untilDone(ServiceAction.AttachService.class).forSeconds(10);
        operator.cluster.put(operator.cluster.nodes.get("n3").with(EXCLUDED));
        var settled = operator.cluster.now.plus(
                TrafficView.of(operator.cluster.world()).settleBound());
        operator.askForRollback();
        operator.until(o -> o.cluster.pods.values().stream()
                .anyMatch(p -> p.nodeName().equals("n3") && p.annotations().containsKey(Marks.DETACHED_AT)));
        assertThat(operator.cluster.now).isAfterOrEqualTo(settled);
        operator.untilQuiet();
        assertThat(refusal(operator, Hold.class)).isEqualTo(Reason.RolledBack);
    }

    /** A node that takes a member's place is a backend at once if a pod of the incumbent is there already. */
    @Test
    void aSoakGoesOnWhereBackendsGoOneByOneAndIncumbentsStandInForThem() {
        var operator = takeover(Traffic.LOCAL)
                .until(o -> Optional.ofNullable(o.cluster.tier.getStatus().takeover())
                        .map(t -> t.soakStartTime())
                        .isPresent());
        operator.watch.faultless = false;
        for (String node : List.of("n4", "n5")) {
            operator.cluster.put(operator.cluster.nodes.get(node).with(EXCLUDED));
            int written = operator.done.size();
            operator.until(o -> o.done.size() > written);
        }
        operator.untilQuiet();
        assertThat(operator.kinds()).doesNotContain("RecordRollback");
        assertTakenOver(operator);
    }

    @Test
    void aSoakDoesNotFailBecausePodsMakeWayForNewerOnes() {
        var operator = takeover(Traffic.LOCAL)
                .untilDone(ServiceAction.AttachService.class)
                .forSeconds(10);
        operator.watch.faultless = false;
        operator.cluster.rollout(2, 3);
        operator.platform.crash(on(operator, "n3"));
        operator.forSeconds(10);
        operator.cluster.rollout(3, 3);
        var rolledOut = operator.cluster.now;
        operator.untilDone(ServiceAction.NarrowSelector.class);
        assertThat(operator.cluster.now).isAfterOrEqualTo(rolledOut.plusSeconds(20));
        assertThat(operator.kinds()).doesNotContain("RecordRollback");
    }

    private static void assertRolledBack(SimulatedOperator operator, Map<String, Object> before) {
        operator.assertQuiet();
        assertThat(operator.plan.current().map(l -> l.step().name()))
                .as(operator.told())
                .contains("Hold");
        var now = operator.cluster.remembered();
        now.put("record", before.get("record"));
        assertThat(now).as(operator.told()).isEqualTo(before);
        assertThat(Endings.incumbentPods(operator))
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(PodView::serving);
    }
}
