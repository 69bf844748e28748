package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.ROLE;
import static io.ingresstier.world.ClusterScenario.ZONE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeTaint;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.Readiness;
import io.ingresstier.world.World;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which nodes become members. */
class NodeChoiceTest {

    private static List<String> joining(ClusterScenario scenario) {
        return joining(scenario.service(Traffic.LOCAL).world());
    }

    private static List<String> joining(World world) {
        return Situation.of(world).choice().join().stream().map(NodeView::name).toList();
    }

    @Test
    void oneInEachZoneAndNodesWithoutAnIncumbentFirst() {
        assertThat(joining(cluster())).containsExactly("n3", "n4", "n5");
    }

    @Test
    void balanceOverZonesMattersMoreThanANodeWithoutIncumbent() {
        assertThat(joining(cluster().nodes(3, 3))).containsExactly("n3", "n1", "n2");
    }

    @Test
    void foundMembersStayAndCountInTheirZone() {
        assertThat(joining(cluster().found("n3"))).containsExactly("n4", "n5");
    }

    @Test
    void withHostPortsANodeOfAnIncumbentIsNotEligible() {
        assertThat(joining(cluster().hostPorts())).containsExactly("n3", "n4", "n5");
        assertThat(unsuitable(cluster().hostPorts(), "n1")).contains("host ports");
    }

    @Test
    void nodesThatCannotBeMembersAreTold() {
        assertThat(unsuitable(cluster().node("n4", n -> with(n, Readiness.NOT_READY, false, "")), "n4"))
                .contains("not Ready");
        assertThat(unsuitable(cluster().node("n4", n -> with(n, Readiness.READY, true, "")), "n4"))
                .contains("cordoned");
        assertThat(unsuitable(cluster().node("n4", n -> with(n, Readiness.READY, false, "dedicated")), "n4"))
                .contains("tainted dedicated");
        assertThat(unsuitable(cluster().label("n4", Marks.CONTROL_PLANE, ""), "n4"))
                .contains("not selected");
        assertThat(unsuitable(cluster().label("n4", Marks.EXCLUDE, "false"), "n4"))
                .contains("exclude");
    }

    @Test
    void aSelectorThatNamesTheControlPlaneAllowsIt() {
        var selector = new LabelSelectorBuilder()
                .addNewMatchExpression()
                .withKey(Marks.CONTROL_PLANE)
                .withOperator("Exists")
                .endMatchExpression()
                .build();
        assertThat(joining(cluster()
                        .label("n6", Marks.CONTROL_PLANE, "")
                        .spec(s -> s.withNodes(n -> n.withSelector(selector)))))
                .containsExactly("n6");
    }

    @Test
    void whateverTheClusterMembersAreEligibleStickyAndBalanced() {
        long seed = Long.getLong("seed", 20260102);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 2_000; i++) {
            var world = randomWorld(random);
            var choice = Situation.of(world).choice();
            var told = "seed %d, world %d: %s".formatted(seed, i, choice);
            assertThat(choice.join())
                    .as(told)
                    .allMatch(n -> n.ready() && !n.unschedulable() && n.taints().isEmpty());
            assertThat(choice.keep()).as(told).allMatch(m -> m.node().labelled(ROLE, "true"));
            assertThat(choice.leave()).as(told).isEmpty();
            int missing = Math.max(
                    0, world.tier().getSpec().nodes().replicas() - choice.keep().size());
            long eligible = choice.join().size() + left(world, choice).size();
            assertThat(choice.join()).as(told).hasSize((int) Math.min(missing, eligible));
            assertBalanced(world, choice, told);
            assertThat(Situation.of(world).choice()).as(told).isEqualTo(choice);
        }
    }

    /** No eligible node was left out that lies in a zone with two members fewer than another that got one. */
    private static void assertBalanced(World world, NodeChoice choice, String told) {
        Map<String, Integer> members = new HashMap<>();
        choice.keep().forEach(m -> members.merge(zone(m.node()), 1, Integer::sum));
        choice.join().forEach(n -> members.merge(zone(n), 1, Integer::sum));
        int fullest =
                choice.join().stream().mapToInt(n -> members.get(zone(n))).max().orElse(0);
        assertThat(left(world, choice)).as(told).allMatch(n -> members.getOrDefault(zone(n), 0) >= fullest - 1);
    }

    private static List<NodeView> left(World world, NodeChoice choice) {
        var taken = choice.join().stream().map(NodeView::name).collect(Collectors.toSet());
        choice.keep().forEach(m -> taken.add(m.name()));
        return world.nodes().values().stream()
                .filter(n -> !taken.contains(n.name()) && !choice.unsuitable().containsKey(n.name()))
                .toList();
    }

    private static World randomWorld(RandomGenerator random) {
        int nodes = 1 + random.nextInt(12);
        var scenario = cluster()
                .nodes(nodes, 1 + random.nextInt(4))
                .incumbents(random.nextInt(4))
                .replicas(1 + random.nextInt(6))
                .service(Traffic.LOCAL);
        for (int n = 1; n <= nodes; n++) {
            UnaryOperator<NodeView> odd = switch (random.nextInt(12)) {
                case 0 -> node -> with(node, Readiness.NOT_READY, false, "");
                case 1 -> node -> with(node, Readiness.READY, true, "");
                case 2 -> node -> with(node, Readiness.READY, false, "dedicated");
                default -> node -> node;
            };
            scenario.node("n" + n, odd);
            if (random.nextInt(8) == 0) {
                scenario.found("n" + n);
            }
        }
        return scenario.world();
    }

    private static String zone(NodeView node) {
        return node.labels().get(ZONE);
    }

    private static String unsuitable(ClusterScenario scenario, String node) {
        return Situation.of(scenario.service(Traffic.LOCAL).world())
                .choice()
                .unsuitable()
                .getOrDefault(node, "eligible");
    }

    private static NodeView with(NodeView n, Readiness readiness, boolean cordoned, String taint) {
        return new NodeView(
                n.name(),
                n.uid(),
                n.resourceVersion(),
                n.labels(),
                n.annotations(),
                n.providerId(),
                cordoned,
                taint.isEmpty() ? Collections.emptyList() : List.of(new NodeTaint(taint, "", "NoSchedule")),
                readiness,
                n.readinessSince(),
                n.terminating(),
                n.internalIp(),
                n.excludedSince());
    }
}
