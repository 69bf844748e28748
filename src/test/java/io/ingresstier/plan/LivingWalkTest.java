package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.DrainGuard;
import io.ingresstier.api.Isolation;
import io.ingresstier.world.Answer;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodView;
import io.ingresstier.world.TemplateRevision;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Tiers that serve while nodes are cordoned, drained, tainted, lost and deleted, pods fall silent, and the number of
 * members and the template of their pods change, at random. No write may break an invariant; once everything is well
 * again so is the tier, with as many members as are asked for, and it is quiet. {@code -Druns=500} and {@code -Dseed=…}
 * walk more.
 */
class LivingWalkTest {

    private static final int RUNS = Integer.getInteger("runs", 30);
    private static final int EVENTS = 12;
    private static final List<Answer.State> ANSWERS =
            List.of(Answer.State.ANSWERS, Answer.State.DOUBTED, Answer.State.SILENT, Answer.State.RETURNING);

    @Test
    void whateverHappensToNodesTheTierEndsWhole() {
        long start = Long.getLong("seed", 20260104);
        for (long seed = start; seed < start + RUNS; seed++) {
            try {
                walk(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("again with -Dseed=" + seed, e);
            }
        }
    }

    private static void walk(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var scenario = cluster()
                .nodes(8 + random.nextInt(3), 1 + random.nextInt(3))
                .incumbents(1)
                .replicas(2 + random.nextInt(2))
                .spec(s -> s.withNodes(n -> random.nextInt(4) == 0 ? n.withMinAvailable(n.replicas()) : n))
                .spec(s -> s.withNodes(n -> random.nextInt(4) == 0 ? n.withIsolation(Isolation.Exclusive) : n))
                .spec(s -> s.withNodes(n -> random.nextBoolean() ? n.withDrainGuard(DrainGuard.Enabled) : n))
                .service(Traffic.values()[random.nextInt(3)]);
        if (random.nextInt(2) == 0) {
            scenario.hostPorts();
        }
        var operator = SimulatedOperator.in(scenario.world()).untilQuiet();
        operator.watch.faultless = false;
        var platform = operator.platform;
        platform.startSeconds = () -> 1 + random.nextInt(6);
        platform.stopSeconds = () -> random.nextInt(8);
        platform.cloudSeconds = () -> random.nextInt(3);
        platform.brokenImages.add("bad");
        Set<String> away = new HashSet<>();
        for (int i = 0; i < EVENTS; i++) {
            happen(operator, random, away);
            operator.forSeconds(random.nextInt(random.nextInt(4) == 0 ? 1000 : 60));
        }
        for (NodeView node : List.copyOf(operator.cluster.nodes.values())) {
            operator.cluster.cordon(node.name(), false);
            if (away.contains(node.name())) {
                platform.cloud.remember();
                platform.flip(node.name(), true);
            }
        }
        Endings.tierPods(operator).forEach(pod -> operator.judge(pod, Answer.State.ANSWERS));
        operator.image("good");
        platform.react();
        operator.untilQuiet();
        int replicas = operator.cluster.tier.getSpec().nodes().replicas();
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        assertThat(Endings.tierPods(operator))
                .as(operator.told())
                .hasSize(replicas)
                .allMatch(PodView::serving)
                .noneMatch(p -> TemplateRevision.outdated(operator.cluster.world(), p));
        if (Anchors.enabled(operator.cluster.world())) {
            assertThat(platform.anchors.held())
                    .as(operator.told())
                    .isEqualTo(Endings.tierPods(operator).stream()
                            .map(PodView::nodeName)
                            .sorted()
                            .toList());
            assertThat(platform.anchors.alive()).as(operator.told()).hasSize(replicas);
        }
        operator.assertQuiet();
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.nodes.values())
                .as(operator.told())
                .allMatch(n -> n.annotations().isEmpty());
    }

    /** At least as many nodes as members stay as they are, so that there is a way on. */
    private static void happen(SimulatedOperator operator, RandomGenerator random, Set<String> away) {
        List<String> nodes = List.copyOf(operator.cluster.nodes.keySet());
        String node = nodes.get(random.nextInt(nodes.size()));
        operator.platform.cloud.remember();
        switch (random.nextInt(12)) {
            case 0 -> operator.cluster.cordon(node, true);
            case 1 -> operator.cluster.cordon(node, false);
            case 2 -> operator.platform.flip(node, !away.add(node) && away.remove(node));
            case 3 -> {
                if (nodes.size() > 7) {
                    operator.cluster.nodes.remove(node);
                    away.remove(node);
                }
            }
            case 4 ->
                operator.cluster.spec(
                        operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(1 + random.nextInt(4))));
            case 5 -> operator.image(List.of("one", "two", "bad").get(random.nextInt(3)));
            case 6 -> {
                List<PodView> pods = Endings.tierPods(operator);
                if (!pods.isEmpty()) {
                    operator.platform.crash(pods.get(random.nextInt(pods.size())));
                }
            }
            case 7 -> operator.drain(node);
            case 8 -> operator.evict(node);
            case 9, 10 -> {
                for (PodView pod : Endings.tierPods(operator)) {
                    if (random.nextInt(3) == 0) {
                        operator.judge(pod, ANSWERS.get(random.nextInt(ANSWERS.size())));
                    }
                }
            }
            default -> {
                List<PodView> pods = Endings.tierPods(operator);
                if (!pods.isEmpty()) {
                    operator.platform.stop(pods.get(random.nextInt(pods.size())));
                }
            }
        }
        operator.platform.react();
    }
}
