package io.ingresstier.plan;

import static io.ingresstier.plan.DrainGuardTest.done;
import static io.ingresstier.plan.DrainGuardTest.served;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.balancer.TrafficView;
import io.ingresstier.world.Answer;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A drain of a member whose own pod does not serve waits all the same for what may be lost with the machine. */
class UnreadyDrainTest {

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
        assertThat(operator.kinds()).startsWith("DetachPod").doesNotContain("ReleaseAnchor");
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

    /** It passes on what the balancer sends to it, to the pods of others. */
    @Test
    void inClusterModeANodeWhosePodHasFailedLeavesTheBalancerBeforeItsDrainGoesOn() {
        var operator = served(Traffic.CLUSTER);
        operator.watch.faultless = false;
        operator.platform.broken.add("n4");
        operator.platform.crash(on(operator, "n4"));
        operator.platform.react();
        operator.forSeconds(100);
        operator.done.clear();
        operator.drain("n4").untilDone(NodeAction.ExcludeNode.class);
        var excluded = operator.cluster.now;
        operator.until(o -> o.evicted.contains("n4"));
        assertThat(done(operator))
                .containsSubsequence("DetachPod", "ExcludeNode n4", "MarkDrained n4", "ReleaseAnchor");
        assertThat(operator.cluster.now)
                .isAfterOrEqualTo(excluded.plus(
                                TrafficView.of(operator.cluster.world()).settleBound())
                        .plusSeconds(operator.cluster.tier.getSpec().rollout().drainSeconds()));
    }

    /** It ends like any other: with its hook, and with time for what it holds. */
    @ParameterizedTest
    @EnumSource
    void aPodThatSomebodyDeletesKeepsTheDrainWaitingUntilItHasEnded(Traffic traffic) {
        var operator = served(traffic);
        operator.watch.faultless = false;
        operator.platform.stopSeconds = () -> 60;
        operator.cluster.cordon("n4", true);
        operator.platform.stop(on(operator, "n4"));
        operator.platform.react();
        operator.forSeconds(50);
        assertThat(operator.evict("n4")).isFalse();
        operator.drain("n4").untilQuiet();
        assertThat(operator.evicted).containsExactly("n4");
    }

    /** Where no other can take its place it goes on all the same: nobody is served by it. */
    @ParameterizedTest
    @EnumSource
    void aDrainOfALostMemberGoesOnThoughNoOtherCanTakeItsPlace(Traffic traffic) {
        var operator = served(cluster().guarded().nodes(3, 3).service(traffic).world());
        operator.watch.faultless = false;
        String node = DrainGuardTest.members(operator).getFirst();
        operator.platform.broken.add(node);
        operator.platform.crash(on(operator, node));
        operator.judge(on(operator, node), Answer.State.SILENT);
        operator.platform.react();
        operator.forSeconds(200);
        operator.drain(node).untilQuiet();
        assertThat(operator.evicted).as(operator.told()).containsExactly(node);
    }

    @ParameterizedTest
    @EnumSource
    void uncordonedItIsLetBackAsItWas(Traffic traffic) {
        var operator = served(traffic);
        operator.watch.faultless = false;
        operator.platform.broken.add("n4");
        operator.platform.crash(on(operator, "n4"));
        operator.platform.react();
        operator.drain("n4").forSeconds(100);
        operator.cluster.cordon("n4", false);
        operator.forSeconds(60);
        assertThat(operator.cluster.nodes.get("n4").annotations()).doesNotContainKey(Marks.EXCLUDED_AT);
        assertThat(on(operator, "n4").annotations()).doesNotContainKey(Marks.DETACHED_AT);
    }
}
