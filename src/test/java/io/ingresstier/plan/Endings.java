package io.ingresstier.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Marks;
import io.ingresstier.world.PodView;
import java.util.List;

/** How a played takeover ended, and the pods that it ended with. */
final class Endings {

    private Endings() {}

    static void assertTakenOver(SimulatedOperator operator) {
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        assertThat(operator.plan.refusals()).isEmpty();
        assertThat(tierPods(operator)).hasSize(3).allMatch(PodView::serving);
    }

    static void assertRestored(SimulatedOperator operator) {
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isGreaterThanOrEqualTo(2);
        assertThat(operator.cluster.services.values())
                .allMatch(s -> s.annotations().keySet().stream()
                        .noneMatch(k -> k.startsWith("ingresstier.io/") || k.contains("backend-label")));
        assertThat(operator.cluster.nodes.values())
                .allMatch(n -> n.annotations().isEmpty() && !n.labels().containsKey(Marks.EXCLUDE));
    }

    static Reason refusal(SimulatedOperator operator, Class<? extends Step> step) {
        return operator.plan
                .outcome(step)
                .flatMap(Outcome::refusal)
                .map(Refusal::reason)
                .orElseThrow(() -> new AssertionError(operator.told()));
    }

    static List<PodView> tierPods(SimulatedOperator operator) {
        return operator.cluster.pods.values().stream()
                .filter(p -> SimulatedPlatform.tierPod(p) && !p.terminating())
                .toList();
    }

    static List<PodView> incumbentPods(SimulatedOperator operator) {
        return operator.cluster.pods.values().stream()
                .filter(p -> p.owner().equals("ReplicaSet/old"))
                .toList();
    }

    static PodView on(SimulatedOperator operator, String node) {
        return tierPods(operator).stream()
                .filter(p -> p.nodeName().equals(node))
                .findFirst()
                .orElseThrow();
    }
}
