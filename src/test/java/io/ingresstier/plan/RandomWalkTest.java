package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.PodView;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Takeovers and deletions in clusters where everything takes some time and things fail at random. No write may break an
 * invariant, and once the failures stop, every tier comes to its end. {@code -Druns=500} and {@code -Dseed=…} walk
 * more.
 */
class RandomWalkTest {

    private static final int RUNS = Integer.getInteger("runs", 60);

    @Test
    void noWriteBreaksAnInvariantWhateverThePlatformDoes() {
        long start = Long.getLong("seed", 20260101);
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
                .nodes(4 + random.nextInt(3), 1 + random.nextInt(3))
                .incumbents(1 + random.nextInt(2))
                .replicas(2)
                .service(Traffic.values()[random.nextInt(3)]);
        if (random.nextInt(4) == 0) {
            scenario.found("n2");
        }
        if (random.nextInt(4) == 0) {
            scenario.stranger("shop", "n3", "n4");
        }
        var operator = SimulatedOperator.in(scenario.world());
        operator.watch.faultless = false;
        var platform = operator.platform;
        platform.startSeconds = () -> 1 + random.nextInt(6);
        platform.stopSeconds = () -> random.nextInt(8);
        platform.cloudSeconds = () -> random.nextInt(3);
        platform.sliceSeconds = () -> random.nextInt(2);
        platform.incumbentsPreferMembers = random.nextBoolean();
        int faults = random.nextInt(4);
        for (int i = 0; i < faults; i++) {
            operator.forSeconds(random.nextInt(25));
            fault(operator, random);
        }
        var there = operator.untilQuiet();
        boolean rolledBack =
                there.plan.current().filter(l -> l.step() instanceof Hold).isPresent();
        assertThat(rolledBack || there.plan.current().isEmpty())
                .as(there.told())
                .isTrue();
        operator.deleteTier();
        if (random.nextBoolean()) {
            operator.forSeconds(random.nextInt(40));
            fault(operator, random);
        }
        operator.untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.nodes.values())
                .as(operator.told())
                .allMatch(n -> n.annotations().isEmpty());
    }

    /** A container dies, or a node is not ready for a while. */
    private static void fault(SimulatedOperator operator, RandomGenerator random) {
        if (operator.cluster.gone()) {
            return;
        }
        List<PodView> pods = operator.cluster.pods.values().stream()
                .filter(p -> !p.owner().equals("Deployment/shop"))
                .toList();
        List<String> nodes = List.copyOf(operator.cluster.nodes.keySet());
        operator.platform.cloud.remember();
        switch (random.nextInt(3)) {
            case 0 -> operator.platform.crash(pods.get(random.nextInt(pods.size())));
            case 1 -> operator.platform.stop(pods.get(random.nextInt(pods.size())));
            default -> {
                String node = nodes.get(random.nextInt(nodes.size()));
                operator.platform.flip(node, false);
                operator.platform.after(1 + random.nextInt(20), () -> operator.platform.flip(node, true));
            }
        }
        operator.platform.react();
    }
}
