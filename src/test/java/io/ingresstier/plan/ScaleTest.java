package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertRestored;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.plan.Endings.refusal;
import static io.ingresstier.plan.Endings.tierPods;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.PodView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tier grows and shrinks with {@code nodes.replicas}. */
class ScaleTest {

    private static SimulatedOperator served(ClusterScenario scenario) {
        var operator = SimulatedOperator.in(scenario.world()).untilQuiet();
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        operator.done.clear();
        return operator;
    }

    private static SimulatedOperator scaled(SimulatedOperator operator, int replicas) {
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(replicas)));
        return operator.untilQuiet();
    }

    private static void assertServing(SimulatedOperator operator, String... nodes) {
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        assertThat(tierPods(operator))
                .allMatch(PodView::serving)
                .extracting(PodView::nodeName)
                .containsExactlyInAnyOrder(nodes);
    }

    @ParameterizedTest
    @EnumSource
    void scalesOutAndInAgainAndIsThenQuiet(Traffic traffic) {
        var operator = served(cluster().service(traffic));
        scaled(operator, 5);
        assertThat(operator.done).containsExactly("ClaimNode n1", "ClaimNode n2");
        assertServing(operator, "n1", "n2", "n3", "n4", "n5");
        operator.done.clear();
        scaled(operator, 3);
        assertThat(operator.kinds())
                .as(operator.told())
                .containsOnly("ExcludeNode", "DetachPod", "MarkDrained", "ReleaseNode", "IncludeNode", "RemoveMarks");
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        assertThat(tierPods(operator)).hasSize(3);
        operator.assertQuiet();
        assertRestored(operator);
    }

    @Test
    void theYoungestOfTheFullestZoneGoesFirst() {
        var operator = served(cluster().service(Traffic.LOCAL));
        scaled(operator, 4);
        assertThat(operator.done).containsExactly("ClaimNode n1");
        operator.done.clear();
        scaled(operator, 3);
        assertThat(operator.done).first().isEqualTo("ExcludeNode n1");
        assertServing(operator, "n3", "n4", "n5");
    }

    @Test
    void anUnhealthyMemberGoesBeforeAHealthyOne() {
        var operator = served(cluster().service(Traffic.LOCAL));
        operator.watch.faultless = false;
        operator.platform.broken.add("n4");
        PodView pod = on(operator, "n4");
        operator.platform.crash(pod);
        operator.platform.react();
        scaled(operator, 2);
        assertThat(operator.done).containsExactly("DetachPod " + pod.key(), "ReleaseNode n4", "RemoveMarks n4");
        assertServing(operator, "n3", "n5");
    }

    @Test
    void downToOneMemberTheOthersLeaveOneByOne() {
        var operator = served(cluster().service(Traffic.CLUSTER));
        scaled(operator, 1);
        assertThat(tierPods(operator)).hasSize(1);
        assertThat(operator.kinds().stream().filter("ExcludeNode"::equals)).hasSize(2);
    }

    @Test
    void whatIsAskedForAgainMeanwhileComesBack() {
        var operator = served(cluster().service(Traffic.LOCAL));
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(2)));
        operator.until(o -> o.kinds().contains("DetachPod"));
        scaled(operator, 3);
        assertThat(operator.kinds()).containsExactly("ExcludeNode", "DetachPod", "AttachPod", "IncludeNode");
        assertServing(operator, "n3", "n4", "n5");
    }

    @Test
    void foundMembersAreNeverScaledInAndThatIsSaid() {
        var operator = served(cluster().service(Traffic.LOCAL).found("n1", "n2"));
        scaled(operator, 2);
        assertServing(operator, "n1", "n2");
        operator.done.clear();
        scaled(operator, 1);
        assertThat(operator.done).isEmpty();
        assertThat(refusal(operator, Accept.class)).isEqualTo(Reason.FoundMembersHeld);
        assertThat(tierPods(operator)).hasSize(2);
    }

    @Test
    void aMemberThatTheSelectorNoLongerSelectsIsReplacedFirst() {
        var operator = served(
                cluster().incumbents(1).replicas(1).service(Traffic.LOCAL).label("n3", "pool", "edge"));
        String only = tierPods(operator).getFirst().nodeName();
        operator.cluster.spec(operator.cluster
                .tier
                .getSpec()
                .withNodes(n -> n.withSelector(new io.fabric8.kubernetes.api.model.LabelSelectorBuilder()
                        .addNewMatchExpression()
                        .withKey(ClusterScenario.ZONE)
                        .withOperator("NotIn")
                        .withValues(operator.cluster.nodes.get(only).labels().get(ClusterScenario.ZONE))
                        .endMatchExpression()
                        .build())));
        operator.untilQuiet();
        assertThat(operator.kinds())
                .startsWith("ClaimNode", "ExcludeNode")
                .endsWith("ReleaseNode", "IncludeNode", "RemoveMarks");
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        assertThat(tierPods(operator)).hasSize(1).noneMatch(p -> p.nodeName().equals(only));
    }
}
