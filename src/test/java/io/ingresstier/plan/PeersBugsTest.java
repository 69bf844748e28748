package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.plan.Endings.tierPods;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.PodView;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What went wrong in Deckhouse, which has ingress nodes of its own too. */
class PeersBugsTest {

    private static SimulatedOperator served(ClusterScenario scenario) {
        var operator = SimulatedOperator.in(scenario.world()).untilQuiet();
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        operator.done.clear();
        return operator;
    }

    /** deckhouse #3107: both pods were killed when the version changed. */
    @Test
    void aNewVersionReplacesOnePodAfterTheOther() {
        for (boolean hostPorts : List.of(false, true)) {
            var scenario = cluster().service(Traffic.LOCAL);
            var operator = served(hostPorts ? scenario.hostPorts() : scenario);
            operator.image("registry.example/ingress-nginx:2").untilQuiet();
            // That enough serve is watched at every revision.
            var member = List.of("ExcludeNode", "DetachPod", "RestartPod", "IncludeNode");
            assertThat(operator.kinds())
                    .containsExactlyElementsOf(Stream.of(List.of("ApplyWorkload"), member, member, member)
                            .limit(hostPorts ? 4 : 1)
                            .flatMap(List::stream)
                            .toList());
            var strategy = operator.cluster.workload.orElseThrow().getSpec().getUpdateStrategy();
            if (hostPorts) {
                assertThat(strategy.getType()).isEqualTo("OnDelete");
            } else {
                assertThat(strategy.getRollingUpdate().getMaxSurge().getIntVal())
                        .isEqualTo(1);
                assertThat(strategy.getRollingUpdate().getMaxUnavailable().getIntVal())
                        .isZero();
            }
            assertThat(tierPods(operator)).hasSize(3);
        }
    }

    /** deckhouse #3604: three of four pods were unready at the same time. */
    @Test
    void whileThreeOfFourPodsAreUnreadyTheFourthStaysWhateverIsAskedFor() {
        var operator = served(cluster().replicas(4).service(Traffic.CLUSTER));
        operator.watch.faultless = false;
        List<String> nodes = tierPods(operator).stream().map(p -> p.nodeName()).toList();
        nodes.subList(0, 3).forEach(node -> {
            operator.platform.broken.add(node);
            operator.platform.crash(on(operator, node));
        });
        operator.platform.react();
        operator.cluster.cordon(nodes.getLast(), true);
        operator.forSeconds(300);
        assertThat(operator.kinds()).doesNotContain("ExcludeNode", "DetachPod", "ReleaseNode");
        assertThat(on(operator, nodes.getLast()).serving()).isTrue();
    }

    /** deckhouse #3083: a drain ignored budgets; nodes drained one right after another took every pod. */
    @Test
    void nodesDrainedRightAfterAnotherLeaveOneByOneAndNeverTooMany() {
        var operator = served(cluster().nodes(9, 3).service(Traffic.LOCAL));
        for (String node : List.of("n3", "n4", "n5")) {
            operator.cluster.cordon(node, true);
            operator.forSeconds(1);
        }
        operator.untilQuiet();
        // That one leaves at a time and enough serve is watched at every revision.
        assertThat(operator.kinds().stream().filter("ExcludeNode"::equals)).hasSize(3);
        assertTakenOver(operator);
        assertThat(tierPods(operator)).extracting(PodView::nodeName).doesNotContain("n3", "n4", "n5");
    }
}
