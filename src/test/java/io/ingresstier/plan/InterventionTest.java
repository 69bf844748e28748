package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertRestored;
import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.incumbentPods;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.plan.Endings.refusal;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Edits;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ServiceAction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What people and other writers do during a takeover and afterwards. */
class InterventionTest {

    private static SimulatedOperator takeover() {
        return SimulatedOperator.in(cluster().service(Traffic.LOCAL).world());
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
    void aSpecChangeAfterAFailedSoakTriesAgain() {
        var operator = takeover().untilDone(ServiceAction.AttachService.class).forSeconds(10);
        operator.watch.faultless = false;
        operator.platform.crash(on(operator, "n3"));
        operator.untilQuiet();
        assertThat(refusal(operator, Hold.class)).isEqualTo(Reason.RolledBack);
        operator.cluster.spec(operator.cluster.tier.getSpec().withRollout(r -> r.withSoakSeconds(21)));
        operator.untilQuiet();
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
    void aForeignBackendSelectionWrittenDuringTheSoakRollsBackAndStays() {
        var operator = takeover().untilDone(ServiceAction.AttachService.class);
        operator.watch.faultless = false;
        String key = ClusterScenario.ALIBABA + "backend-label";
        operator.cluster.annotate(SERVICE, key, Optional.of("pool=blue"));
        operator.platform.react();
        operator.untilQuiet();
        assertThat(operator.plan.outcome(Hold.class).orElseThrow().message()).contains("pool=blue");
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
    void aTierDeletedWhileTheIncumbentStopsBringsItBack() {
        var operator = takeover().untilDone(IncumbentAction.ScaleIncumbent.class);
        assertRestored(operator);
    }

    private static void unlabel(SimulatedOperator operator, String node) {
        NodeView n = operator.cluster.nodes.get(node);
        operator.cluster.put(n.with(Edits.of(Map.of(ClusterScenario.ROLE, Optional.empty()), Map.of())));
    }
}
