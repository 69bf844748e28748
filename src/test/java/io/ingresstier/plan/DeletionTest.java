package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.DeletionPolicy;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Marks;
import io.ingresstier.world.World;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tier that is deleted at any point of the takeover leaves the cluster as its policy says. */
class DeletionTest {

    @ParameterizedTest
    @EnumSource
    void restoresWhatWasFoundAfterEveryWrite(Traffic traffic) {
        restoresAfterEveryWrite(cluster().service(traffic).world(), o -> {});
    }

    @Test
    void restoresTwoServicesAfterEveryWrite() {
        restoresAfterEveryWrite(
                cluster()
                        .service(Traffic.LOCAL)
                        .service("second", Traffic.CLUSTER)
                        .world(),
                o -> {});
    }

    @ParameterizedTest
    @EnumSource
    void restoresThoughTheIncumbentComesBackOnMembers(Traffic traffic) {
        restoresAfterEveryWrite(cluster().service(traffic).world(), o -> o.platform.incumbentsPreferMembers = true);
    }

    @ParameterizedTest
    @EnumSource
    void restoresButLeavesTheLabelsThatWereThere(Traffic traffic) {
        restoresAfterEveryWrite(cluster().service(traffic).found("n2", "n6").world(), o -> {});
    }

    @Test
    void restoresWithHostPorts() {
        restoresAfterEveryWrite(
                cluster().hostPorts().nodes(8, 3).service(Traffic.LOCAL).world(), o -> {});
    }

    @Test
    void restoresAnAnnotationThatWasThereBefore() {
        restoresAfterEveryWrite(
                cluster()
                        .service(Traffic.LOCAL)
                        .annotation(ClusterScenario.SERVICE, ClusterScenario.ALIBABA + "connection-drain", "off")
                        .world(),
                o -> {});
    }

    @Test
    void restoresAtAnyMomentOfTheWaits() {
        for (int seconds = 0; ; seconds += 7) {
            var operator = SimulatedOperator.in(cluster().service(Traffic.LOCAL).world());
            var before = operator.cluster.remembered();
            operator.forSeconds(seconds);
            boolean over = Planner.plan(operator.cluster.world()).current().isEmpty();
            assertRestored(operator.deleteTier().untilQuiet(), before, "after " + seconds + " s");
            if (over) {
                return;
            }
        }
    }

    private static void restoresAfterEveryWrite(World world, Consumer<SimulatedOperator> with) {
        int writes = total(world, with);
        for (int k = 1; k <= writes; k++) {
            var operator = SimulatedOperator.in(world);
            with.accept(operator);
            var before = operator.cluster.remembered();
            operator.untilWrites(k).deleteTier().untilQuiet();
            assertRestored(operator, before, "after %d of %d writes".formatted(k, writes));
        }
    }

    private static void assertRestored(SimulatedOperator operator, Object before, String when) {
        assertThat(operator.cluster.gone()).as(when + operator.told()).isTrue();
        assertThat(operator.cluster.remembered()).as(when + operator.told()).isEqualTo(before);
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).as(when).isGreaterThanOrEqualTo(2);
    }

    private static int total(World world, Consumer<SimulatedOperator> with) {
        var operator = SimulatedOperator.in(world);
        with.accept(operator);
        operator.untilQuiet();
        assertThat(operator.plan.current()).as(operator.told()).isEmpty();
        return operator.done.size();
    }

    @ParameterizedTest
    @EnumSource
    void retainsAfterEveryWriteWithoutLeavingAMark(Traffic traffic) {
        World world = cluster()
                .service(traffic)
                .spec(s -> s.withDeletionPolicy(DeletionPolicy.Retain))
                .world();
        int writes = total(world, o -> {});
        for (int k = 1; k <= writes; k++) {
            var operator = SimulatedOperator.in(world).untilWrites(k);
            int replicas = operator.cluster.incumbent.orElseThrow().replicas();
            operator.deleteTier().untilQuiet();
            assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
            assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isEqualTo(replicas);
            assertThat(operator.cluster.originals).isEmpty();
            operator.cluster.services.values().forEach(s -> {
                assertThat(s.annotations().keySet()).noneMatch(DeletionTest::ours);
                assertThat(s.selector()).doesNotContainKey(Marks.TIER);
            });
            operator.cluster.nodes.values().forEach(n -> {
                assertThat(n.annotations().keySet()).noneMatch(DeletionTest::ours);
                assertThat(n.labels()).doesNotContainKey(Marks.EXCLUDE);
            });
        }
    }

    private static boolean ours(String key) {
        return key.startsWith("ingresstier.io/");
    }
}
