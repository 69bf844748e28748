package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Settlement;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Guard;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Action;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pod that has yet to become ready may do so at any moment, also at that in which its node is released: so it leaves
 * its Services first, where it holds up nobody.
 */
class StartingPodTest {

    @ParameterizedTest
    @EnumSource
    void leavesItsServicesBeforeItsNodeIsReleased(Traffic traffic) {
        var operator = canaryStarts(traffic);
        var before = operator.cluster.now;
        operator.deleteTier().untilDone(NodeAction.ReleaseNode.class);
        assertThat(operator.cluster.now).isEqualTo(before);
        assertThat(operator.kinds().subList(3, operator.kinds().size())).startsWith("ClaimNode", "DetachPod");
        operator.untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void thatBecomesReadyOutsideItsServicesEndsWhatItHadBefore(Traffic traffic) {
        var operator = canaryStarts(traffic);
        var unready = operator.cluster.now;
        operator.deleteTier().untilDone(PodAction.DetachPod.class);
        becomesReady(operator);
        operator.untilDone(NodeAction.ReleaseNode.class);
        TrafficView view = TrafficView.of(operator.cluster.world());
        assertThat(operator.cluster.now)
                .isEqualTo(unready.plus(traffic == Traffic.POD_DIRECT ? view.followBound() : Settlement.FLOOR)
                        .plus(view.drainWindow()));
    }

    @ParameterizedTest
    @EnumSource
    void thatBecomesReadyWhileItIsBeingDetachedIsLeftAlone(Traffic traffic) {
        var operator = canaryStarts(traffic).deleteTier();
        Action planned = operator.until(
                        o -> wanted(o, PodAction.DetachPod.class).isPresent())
                .plan
                .actions()
                .getFirst();
        assertThat(Guard.judge(operator.cluster.world(), planned)).isEmpty();
        becomesReady(operator);
        assertThat(Guard.judge(operator.cluster.world(), planned)).hasValueSatisfying(r -> {
            assertThat(r.reason()).isEqualTo(Reason.NotDrained);
            assertThat(r.message()).endsWith("it has become ready");
        });
    }

    @Test
    void keepsItsNodeWhileItIsInItsServices() {
        World world = canaryStarts(Traffic.LOCAL).deleteTier().cluster.world();
        var node = world.members().getFirst().node();
        var release = new NodeAction.ReleaseNode(node, "node-role.kubernetes.io/ingress", Optional.empty());
        assertThat(Guard.judge(world, release).map(Refusal::reason)).contains(Reason.NotDrained);
    }

    @Test
    void goesWhileAnotherMemberIsOnItsWayOut() {
        var operator =
                SimulatedOperator.in(cluster().service(Traffic.LOCAL).world()).untilQuiet();
        operator.watch.faultless = false;
        operator.platform.broken.add("n4");
        operator.platform.crash(on(operator, "n4"));
        operator.leave("n3");
        World world = operator.cluster.world();
        assertThat(Guard.judge(world, detach(operator, "n5")).map(Refusal::reason))
                .contains(Reason.OneAtATime);
        assertThat(Guard.judge(world, detach(operator, "n4"))).isEmpty();
    }

    @Test
    void comesBackIntoItsServicesWhereItIsWantedAfterAll() {
        var operator = SimulatedOperator.in(cluster().service(Traffic.LOCAL).world());
        operator.platform.startSeconds = () -> 30;
        operator.untilQuiet();
        assertTakenOver(operator);
        operator.done.clear();
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(4)));
        operator.untilDone(NodeAction.ClaimNode.class);
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(3)));
        operator.untilDone(PodAction.DetachPod.class);
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(4)));
        operator.untilQuiet();
        assertThat(operator.kinds()).contains("AttachPod").doesNotContain("ReleaseNode");
        assertThat(operator.cluster.pods.values())
                .allMatch(p -> p.annotations().keySet().stream().noneMatch(k -> k.contains("detached")));
    }

    /** In a surge another pod is in view as long as that serves. */
    @Test
    void comesBackWithItsMemberThoughAnotherServesThere() {
        var operator =
                SimulatedOperator.in(cluster().service(Traffic.LOCAL).world()).untilQuiet();
        operator.watch.faultless = false;
        operator.platform.startSeconds = () -> 300;
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(2)));
        operator.untilDone(PodAction.DetachPod.class);
        String node = operator.cluster.world().members().stream()
                .filter(Member::leaving)
                .findFirst()
                .orElseThrow()
                .name();
        PodView old = on(operator, node);
        PodView starting = new PodView(
                new ObjectKey(old.key().namespace(), "tier-99"),
                "uid-99",
                "1",
                old.labels(),
                Map.of(Marks.DETACHED_AT, operator.cluster.now.toString()),
                node,
                "10.2.9.9",
                false,
                Optional.of(operator.cluster.now),
                old.owner(),
                false);
        operator.cluster.put(starting, false, false);
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(3)));
        operator.forSeconds(30);
        assertThat(operator.done)
                .contains("AttachPod " + old.key(), "AttachPod " + starting.key(), "IncludeNode " + node);
    }

    @ParameterizedTest
    @EnumSource
    void thatNeverBecomesReadyIsGivenUpAndAnotherNodeTried(Traffic traffic) {
        var operator = SimulatedOperator.in(cluster().service(traffic).world());
        operator.platform.broken.add("n3");
        operator.untilQuiet();
        assertTakenOver(operator);
        assertThat(operator.cluster.nodes.get("n3").annotations()).containsOnlyKeys(Marks.FAILED);
    }

    @ParameterizedTest
    @EnumSource
    void doesNotKeepATierOfOneNodeFromGoing(Traffic traffic) {
        var operator = SimulatedOperator.in(
                cluster().nodes(1, 1).incumbents(1).replicas(1).service(traffic).world());
        operator.platform.broken.add("n1");
        operator.forSeconds(60);
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
    }

    private static SimulatedOperator canaryStarts(Traffic traffic) {
        var operator = SimulatedOperator.in(cluster().service(traffic).world());
        operator.platform.startSeconds = () -> 30;
        return operator.untilDone(NodeAction.ClaimNode.class);
    }

    private static Action detach(SimulatedOperator operator, String node) {
        return new PodAction.DetachPod(on(operator, node), Set.of("app"), operator.cluster.now);
    }

    private static void becomesReady(SimulatedOperator operator) {
        Endings.tierPods(operator).forEach(p -> operator.cluster.put(p, true, false));
        operator.platform.react();
    }

    private static Optional<Action> wanted(SimulatedOperator operator, Class<? extends Action> kind) {
        List<Action> actions = operator.plan.actions();
        return actions.stream().filter(kind::isInstance).findFirst();
    }
}
