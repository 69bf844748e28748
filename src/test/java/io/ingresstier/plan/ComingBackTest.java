package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertRestored;
import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A member that was leaving and stays after all: pod first, then node. */
class ComingBackTest {

    private static SimulatedOperator leaving(Traffic traffic) {
        var operator = SimulatedOperator.in(cluster().service(traffic).world()).untilQuiet();
        operator.watch.faultless = false;
        operator.done.clear();
        return operator.leave("n3");
    }

    @ParameterizedTest
    @EnumSource
    void thePodGoesIntoTheServicesAndThenTheNodeIntoTheBalancers(Traffic traffic) {
        var operator = leaving(traffic);
        String pod = on(operator, "n3").key().toString();
        operator.untilQuiet();
        assertThat(operator.done).containsExactly("AttachPod " + pod, "IncludeNode n3");
        assertTakenOver(operator);
        operator.assertQuiet();
        assertRestored(operator);
    }

    @Test
    void theNodeWaitsUntilItsPodIsAnEndpoint() {
        var operator = leaving(Traffic.LOCAL);
        operator.platform.sliceSeconds = () -> 5;
        operator.untilDone(PodAction.AttachPod.class);
        var since = operator.cluster.now;
        operator.untilDone(NodeAction.IncludeNode.class);
        assertThat(operator.cluster.now).isEqualTo(since.plusSeconds(5));
    }

    @Test
    void itServesOnceTheBalancerHasHadTheTimeToTakeItIn() {
        var operator = leaving(Traffic.LOCAL).untilDone(NodeAction.IncludeNode.class);
        var world = operator.cluster.world();
        var situation = Situation.of(world);
        var back = situation.members().getFirst();
        assertThat(situation.traffic().isBackend(back)).isTrue();
        assertThat(situation.traffic().servesAt(back))
                .contains(world.now().plus(situation.traffic().settleBound()).plusSeconds(1));
    }

    @Test
    void aPodThatIsNotReadyKeepsTheNodeOutUntilItIs() {
        var operator = leaving(Traffic.LOCAL);
        operator.platform.broken.add("n3");
        operator.platform.crash(on(operator, "n3"));
        operator.untilQuiet();
        assertThat(operator.kinds()).containsExactly("AttachPod");
        operator.platform.broken.clear();
        operator.platform.crash(on(operator, "n3"));
        operator.untilQuiet();
        assertThat(operator.kinds()).containsExactly("AttachPod", "IncludeNode");
    }
}
