package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.ROLE;
import static io.ingresstier.world.ClusterScenario.START;
import static io.ingresstier.world.ClusterScenario.ZONE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Floor;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeTaint;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodView;
import io.ingresstier.world.Readiness;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What holds of the choice of members in any cluster; {@code -Dworlds=…} and {@code -Dseed=…} try others. */
class RandomChoiceTest {

    private static final int WORLDS = Integer.getInteger("worlds", 100_000);
    private static final int MOST_NODES = 12;
    private static final LabelSelector EDGE =
            new LabelSelectorBuilder().addToMatchLabels("pool", "edge").build();

    private static final List<World> BASES = bases();
    private static final List<TrafficView> TRAFFIC =
            BASES.stream().map(TrafficView::of).toList();
    private static final Optional<DaemonSet> DESIRED =
            Situation.of(BASES.getFirst()).desired();

    private static List<World> bases() {
        var bases = new ArrayList<World>();
        for (int nodes = 1; nodes <= MOST_NODES; nodes++) {
            bases.add(cluster()
                    .nodes(nodes, 1 + nodes % 4)
                    .incumbents(nodes % 3)
                    .service(Traffic.LOCAL)
                    .world());
        }
        return bases;
    }

    @Test
    void isTheSameForTheSamePictureSmallAndBalancedAndNeverOfAnIneligibleNode() {
        long seed = Long.getLong("seed", 20260103);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var seen = new HashSet<LeaveReason>();
        int moved = 0;
        for (int i = 0; i < WORLDS; i++) {
            int base = random.nextInt(MOST_NODES);
            World world = random(BASES.get(base), random);
            var members = world.members();
            var choice = NodeChoice.of(world, TRAFFIC.get(base), members, DESIRED);
            try {
                hold(choice.equals(NodeChoice.of(world, TRAFFIC.get(base), members, DESIRED)), "always the same");
                check(world, members, choice);
            } catch (AssertionError e) {
                throw new AssertionError(
                        "again with -Dseed=%d, world %d: %s".formatted(seed, i, told(members, choice)), e);
            }
            seen.addAll(choice.reasons().values());
            moved += choice.join().size();
        }
        assertThat(moved).isGreaterThan(WORLDS / 10);
        assertThat(seen)
                .contains(
                        LeaveReason.Lost,
                        LeaveReason.Cordoned,
                        LeaveReason.NotSelected,
                        LeaveReason.RemovalTaint,
                        LeaveReason.ExcludedByProvider,
                        LeaveReason.NodeDeleted,
                        LeaveReason.ScaleIn);
    }

    private static void check(World world, List<Member> members, NodeChoice choice) {
        var keep = names(choice.keep());
        var leave = names(choice.leave());
        var all = new HashSet<>(keep);
        all.addAll(leave);
        hold(all.equals(names(members)), "every member is looked at");
        hold(keep.stream().noneMatch(leave::contains), "and only once");
        hold(choice.reasons().keySet().equals(leave), "who leaves has a reason");
        hold(choice.join().stream().allMatch(n -> eligible(world, n) && !all.contains(n.name())), "who joins may");

        var victims = choice.leave().stream()
                .filter(m -> choice.reasons().get(m.name()) == LeaveReason.ScaleIn)
                .toList();
        hold(
                choice.leave().stream().allMatch(m -> victims.contains(m) || mustGo(world, m)),
                "nobody leaves without a reason");
        hold(choice.keep().stream().noneMatch(m -> mustGo(world, m)), "nor stays in spite of one");
        hold(victims.stream().noneMatch(Member::found), "what was found stays");
        hold(victims.isEmpty() || choice.join().isEmpty(), "nobody is exchanged for another");

        int replicas = world.tier().getSpec().nodes().replicas();
        int floor = Floor.minAvailable(world);
        int active = choice.active().size();
        hold(victims.isEmpty() || (choice.keep().size() >= replicas && active >= floor), "not too many go");
        var left = world.nodes().values().stream()
                .filter(n -> !all.contains(n.name()) && !choice.join().contains(n) && eligible(world, n))
                .toList();
        int missing = Math.max(replicas - choice.keep().size(), floor - active);
        hold(choice.join().size() <= Math.max(0, missing), "no more join than are missing");
        hold(left.isEmpty() || choice.join().size() >= missing, "as many join as there are");
        long spare = choice.keep().stream().filter(m -> !m.found()).count();
        hold(missing >= 0 || spare == 0, "nobody stays who is not asked for");
        balanced(choice, left, victims, replicas);
    }

    /** Skew of at most one between zones in which there was a choice. */
    private static void balanced(NodeChoice choice, List<NodeView> left, List<Member> victims, int replicas) {
        boolean surplus = choice.keep().size() >= replicas;
        Map<String, Integer> zones = new TreeMap<>();
        (surplus && !choice.join().isEmpty() ? choice.active() : choice.keep())
                .forEach(m -> zones.merge(zone(m.node()), 1, Integer::sum));
        choice.join().forEach(n -> zones.merge(zone(n), 1, Integer::sum));
        int fullest = choice.join().stream()
                .mapToInt(n -> zones.getOrDefault(zone(n), 0))
                .max()
                .orElse(0);
        hold(
                left.stream().allMatch(n -> zones.getOrDefault(zone(n), 0) >= fullest - 1),
                "no emptier zone was passed over");
        var removable = choice.keep().stream().filter(m -> !m.found()).toList();
        for (Member victim : victims) {
            if (victim.healthy()) {
                int emptied = zones.getOrDefault(zone(victim.node()), 0);
                hold(removable.stream().allMatch(Member::healthy), "an unhealthy one goes first");
                hold(
                        removable.stream().allMatch(m -> zones.getOrDefault(zone(m.node()), 0) <= emptied + 1),
                        "nobody stays in a fuller zone than was left");
            }
        }
    }

    private static void hold(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private static boolean eligible(World world, NodeView n) {
        return n.ready()
                && !n.unschedulable()
                && !n.terminating()
                && n.taints().isEmpty()
                && !n.labels().containsKey(Marks.EXCLUDE)
                && !n.labels().containsKey(Marks.CONTROL_PLANE)
                && selected(world, n)
                && n.annotations().getOrDefault(Marks.TIER, "default").equals("default");
    }

    private static boolean selected(World world, NodeView n) {
        return world.tier().getSpec().nodes().selector() == null
                || "edge".equals(n.labels().get("pool"));
    }

    private static boolean mustGo(World world, Member m) {
        NodeView n = m.node();
        if (!m.claimed()) {
            return false;
        }
        boolean old = n.readinessSince().orElseThrow().isBefore(world.now().minusSeconds(89));
        return n.terminating()
                || (!n.ready() && old)
                || n.taints().stream().anyMatch(t -> t.key().equals("karpenter.sh/disrupted"))
                || (!m.found() && !selected(world, n))
                || (!m.found() && n.labels().containsKey(Marks.CONTROL_PLANE))
                || (!m.found()
                        && n.labels().containsKey(Marks.EXCLUDE)
                        && m.excludedAt().isEmpty())
                || (n.unschedulable()
                        && m.excludedAt()
                                .filter(at -> at.isBefore(world.now().minusSeconds(899)))
                                .isPresent());
    }

    private static World random(World base, RandomGenerator random) {
        int replicas = 1 + random.nextInt(6);
        Integer minimum = random.nextInt(3) == 0 ? Integer.valueOf(1 + random.nextInt(6)) : null;
        LabelSelector selector = random.nextInt(4) == 0 ? EDGE : null;
        World world = base.with(base.tier()
                .getSpec()
                .withNodes(
                        n -> n.withReplicas(replicas).withMinAvailable(minimum).withSelector(selector)));
        var pods = new ArrayList<>(base.pods());
        for (NodeView node : base.nodes().values()) {
            NodeView changed = random(node, random);
            world = world.with(changed);
            if (changed.labelled(ROLE, "true") && random.nextInt(10) > 0) {
                pods.add(pod(changed, random.nextInt(10) > 0));
            }
        }
        return world.withPods(pods);
    }

    private static NodeView random(NodeView n, RandomGenerator random) {
        var labels = new HashMap<>(n.labels());
        Map<String, String> annotations = new HashMap<>();
        switch (random.nextInt(10)) {
            case 0 -> labels.put(ROLE, "true");
            case 1, 2, 3, 4 -> {
                labels.put(ROLE, "true");
                annotations.put(Marks.TIER, "default");
                annotations.put(
                        Marks.CLAIMED_AT, START.minusSeconds(random.nextInt(50)).toString());
                if (random.nextInt(6) == 0) {
                    annotations.put(Marks.FOUND, Marks.FOUND_LABEL);
                }
            }
            case 5 -> annotations.put(Marks.TIER, random.nextInt(3) == 0 ? "other" : "default");
            default -> {}
        }
        if (annotations.containsKey(Marks.TIER) && !labels.containsKey(ROLE)) {
            annotations.put(Marks.TIER, "other");
        }
        boolean cordoned = random.nextInt(8) == 0;
        if (labels.containsKey(ROLE) && random.nextInt(8) == 0) {
            labels.put(Marks.EXCLUDE, "");
            annotations.put(
                    Marks.EXCLUDED_AT,
                    START.minusSeconds(random.nextBoolean() ? 30 : 1000).toString());
        } else if (random.nextInt(20) == 0) {
            labels.put(Marks.EXCLUDE, "");
        }
        if (random.nextInt(20) == 0) {
            labels.put(Marks.CONTROL_PLANE, "");
        }
        if (random.nextInt(3) > 0) {
            labels.put("pool", "edge");
        }
        List<NodeTaint> taints = switch (random.nextInt(16)) {
            case 0 -> List.of(new NodeTaint("karpenter.sh/disrupted", "", "NoSchedule"));
            case 1 -> List.of(new NodeTaint("dedicated", "", "NoSchedule"));
            default -> List.of();
        };
        Instant since = START.minusSeconds(random.nextBoolean() ? 30 : 3600);
        return new NodeView(
                n.name(),
                n.uid(),
                n.resourceVersion(),
                labels,
                annotations,
                n.providerId(),
                cordoned,
                taints,
                random.nextInt(8) == 0 ? Readiness.NOT_READY : Readiness.READY,
                Optional.of(since),
                random.nextInt(30) == 0,
                n.internalIp(),
                n.excludedSince());
    }

    private static PodView pod(NodeView node, boolean ready) {
        PodView pod = ClusterScenario.pod(
                "tier-" + node.name(),
                Map.of("app", "ingress-nginx", Marks.TIER, "default"),
                node.name(),
                "DaemonSet/nginx-ingress-controller",
                200);
        return ready
                ? pod
                : new PodView(
                        pod.key(),
                        pod.uid(),
                        pod.resourceVersion(),
                        pod.labels(),
                        pod.annotations(),
                        pod.nodeName(),
                        pod.address(),
                        false,
                        pod.readySince(),
                        pod.owner(),
                        false);
    }

    private static Set<String> names(List<Member> members) {
        return members.stream().map(Member::name).collect(Collectors.toSet());
    }

    private static String zone(NodeView node) {
        return node.labels().getOrDefault(ZONE, "");
    }

    private static String told(List<Member> members, NodeChoice choice) {
        return "%d members, keep %s, join %s, leave %s"
                .formatted(
                        members.size(),
                        names(choice.keep()),
                        choice.join().stream().map(NodeView::name).toList(),
                        choice.reasons());
    }
}
