package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.NAMESPACE;
import static io.ingresstier.world.ClusterScenario.ROLE;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.guard.Capacity;
import io.ingresstier.guard.DeregisterFirst;
import io.ingresstier.guard.Exclusive;
import io.ingresstier.guard.Guard;
import io.ingresstier.guard.HarmlessToStrangers;
import io.ingresstier.guard.Judgement;
import io.ingresstier.guard.KnownWorld;
import io.ingresstier.guard.MakeBeforeBreak;
import io.ingresstier.guard.NeverEmpty;
import io.ingresstier.guard.OneAtATime;
import io.ingresstier.guard.Ownership;
import io.ingresstier.guard.Refusal;
import io.ingresstier.guard.SafeNarrowing;
import io.ingresstier.world.Action;
import io.ingresstier.world.Claim;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Edits;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.Source;
import io.ingresstier.world.WorkloadAction;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each guard by itself: one write that it refuses and one that it allows, in the middle of a takeover. */
class GuardTest {

    private static SimulatedOperator takeover() {
        return SimulatedOperator.in(cluster().service(Traffic.LOCAL).world());
    }

    @Test
    void onAnIncompletePictureNothingIsTakenAwayButAdditionsGoOn() {
        var operator = takeover().untilQuiet();
        operator.cluster.unknown = Set.of(Source.PODS);
        World world = operator.cluster.world();
        assertThat(judge(new KnownWorld(), world, exclude(world, "n4"))).contains(Reason.StaleView);
        assertThat(judge(new KnownWorld(), world, claim(world, "n6"))).isEmpty();
    }

    @Test
    void aFoundLabelStaysAndOurOwnMayGo() {
        World world = SimulatedOperator.in(
                        cluster().service(Traffic.LOCAL).found("n4").world())
                .untilQuiet()
                .cluster
                .world();
        assertThat(judge(new Ownership(), world, release(world, "n4"))).contains(Reason.NotOurs);
        assertThat(judge(new Ownership(), world, release(world, "n3"))).isEmpty();
    }

    @Test
    void whatAnotherTierOrPersonWroteOnANodeStays() {
        World world = cluster()
                .service(Traffic.LOCAL)
                .label("n1", Marks.EXCLUDE, "")
                .node("n2", n -> n.with(Edits.annotations(Map.of(Marks.TIER, Optional.of("other")))))
                .world();
        assertThat(judge(
                        new Ownership(),
                        world,
                        new NodeAction.IncludeNode(world.nodes().get("n1"), Optional.empty())))
                .contains(Reason.NotOurs);
        assertThat(judge(new Ownership(), world, exclude(world, "n1"))).contains(Reason.NotOurs);
        assertThat(judge(
                        new Ownership(),
                        world,
                        new NodeAction.RemoveMarks(world.nodes().get("n2"), Optional.empty())))
                .contains(Reason.NotOurs);
        assertThat(judge(new Exclusive(), world, claim(world, "n2"))).contains(Reason.LabelClaimed);
        assertThat(judge(new Exclusive(), world, claim(world, "n3"))).isEmpty();
    }

    @Test
    void aSecondMemberDoesNotLeaveBeforeTheFirstIsDrained() {
        World world = takeover()
                .untilQuiet()
                .deleteTier()
                .untilDone(NodeAction.ExcludeNode.class)
                .cluster
                .world();
        Member first =
                world.members().stream().filter(Member::leaving).findFirst().orElseThrow();
        assertThat(judge(new OneAtATime(), world, exclude(world, "n5"))).contains(Reason.OneAtATime);
        assertThat(judge(
                        new OneAtATime(),
                        world,
                        new PodAction.DetachPod(first.pod().orElseThrow(), Set.of("app"), world.now())))
                .isEmpty();
    }

    @Test
    void aMemberDoesNotComeBackWhileAnotherLeaves() {
        var operator = takeover().untilQuiet();
        operator.watch.faultless = false;
        operator.leave("n3");
        World alone = operator.cluster.world();
        assertThat(judge(new OneAtATime(), alone, attach(alone, "n3"))).isEmpty();
        World both = alone.after(exclude(alone, "n4"));
        assertThat(judge(new OneAtATime(), both, attach(both, "n3"))).contains(Reason.OneAtATime);
        World included = both.after(new NodeAction.IncludeNode(both.nodes().get("n3"), Optional.empty()));
        assertThat(judge(new OneAtATime(), included, attach(included, "n3"))).isEmpty();
    }

    @Test
    void onlyAPodThatThisTierDetachedIsPutIntoServices() {
        var operator = takeover().untilQuiet();
        World world = operator.cluster.world();
        assertThat(judge(new Ownership(), world, attach(world, "n3"))).contains(Reason.NotOurs);
        operator.watch.faultless = false;
        operator.leave("n3");
        World detached = operator.cluster.world();
        assertThat(judge(new Ownership(), detached, attach(detached, "n3"))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aPodLeavesItsServicesOnlyOnceNoBalancerSendsToItsNode(Traffic traffic) {
        var operator = SimulatedOperator.in(cluster().service(traffic).world())
                .untilQuiet()
                .deleteTier();
        World serving = operator.cluster.world();
        World excluded =
                operator.untilDone(NodeAction.ExcludeNode.class).cluster.world();
        String node = excluded.members().stream()
                .filter(Member::leaving)
                .map(Member::name)
                .findFirst()
                .orElseThrow();
        for (World early : List.of(serving, excluded)) {
            var refusal = judge(new DeregisterFirst(), early, detach(early, node));
            if (traffic == Traffic.POD_DIRECT) {
                assertThat(refusal).isEmpty();
            } else {
                assertThat(refusal).contains(Reason.NotDrained);
            }
        }
        World late =
                operator.until(o -> wants(o, PodAction.DetachPod.class)).cluster.world();
        assertThat(judge(new DeregisterFirst(), late, detach(late, node))).isEmpty();
    }

    @Test
    void aMemberIsReleasedOnlyOnceItIsDrained() {
        var operator = takeover().untilQuiet().deleteTier().untilDone(PodAction.DetachPod.class);
        World early = operator.cluster.world();
        String node = leaving(early);
        assertThat(judge(new DeregisterFirst(), early, release(early, node))).contains(Reason.NotDrained);
        assertThat(judge(
                        new DeregisterFirst(),
                        early,
                        new WorkloadAction.DeleteWorkload(early.workload().orElseThrow())))
                .contains(Reason.NotDrained);
        World late = operator.until(o -> wants(o, NodeAction.ReleaseNode.class))
                .cluster
                .world();
        assertThat(judge(new DeregisterFirst(), late, release(late, node))).isEmpty();
    }

    @Test
    void aPodIsRestartedOnlyOnceItIsDrainedAndNoOtherMemberIsOnItsWayOut() {
        var operator = takeover().untilQuiet();
        operator.watch.faultless = false;
        World serving = operator.cluster.world();
        assertThat(judge(new DeregisterFirst(), serving, restart(serving, "n3")))
                .contains(Reason.NotDrained);
        World leaving = operator.leave("n3").cluster.world();
        assertThat(judge(new DeregisterFirst(), leaving, restart(leaving, "n3")))
                .contains(Reason.NotDrained);
        assertThat(judge(new OneAtATime(), leaving, restart(leaving, "n4"))).contains(Reason.OneAtATime);
        assertThat(judge(new OneAtATime(), leaving, restart(leaving, "n3"))).isEmpty();
        World drained = leaving.at(leaving.now().plusSeconds(60));
        assertThat(judge(new DeregisterFirst(), drained, restart(drained, "n3")))
                .isEmpty();
        operator.platform.broken.add("n5");
        operator.platform.crash(on(serving, "n5"));
        operator.platform.react();
        World failing = operator.cluster.world();
        assertThat(judge(new DeregisterFirst(), failing, restart(failing, "n5")))
                .isEmpty();
    }

    @Test
    void onlyAPodOfTheTiersOwnDaemonSetIsRestarted() {
        World world = takeover().untilQuiet().cluster.world();
        PodView ours = on(world, "n3");
        assertThat(judge(new Ownership(), world, new PodAction.RestartPod(ours)))
                .isEmpty();
        var bare = ClusterScenario.pod("bare", ours.labels(), "n3", "DaemonSet/another", 90);
        var incumbent = ClusterScenario.pod("old", Map.of("app", "ingress-nginx"), "n3", ours.owner(), 91);
        for (PodView pod : List.of(bare, incumbent)) {
            assertThat(judge(new Ownership(), world, new PodAction.RestartPod(pod)))
                    .contains(Reason.NotOurs);
        }
        World without = world.withWorkload(Optional.empty());
        assertThat(judge(new Ownership(), without, new PodAction.RestartPod(ours)))
                .contains(Reason.NotOurs);
    }

    @Test
    void theIncumbentStopsOnlyOnceItsPodsAreDrained() {
        var operator = takeover().untilDone(ServiceAction.NarrowSelector.class);
        World early = operator.cluster.world();
        assertThat(judge(new DeregisterFirst(), early, scale(early))).contains(Reason.NotDrained);
        World late = operator.until(o -> wants(o, IncumbentAction.ScaleIncumbent.class))
                .cluster
                .world();
        assertThat(judge(new DeregisterFirst(), late, scale(late))).isEmpty();
    }

    @Test
    void theIncumbentGoesOnlyWhenTheMembersServeAndItIsRecorded() {
        var operator = takeover().untilDone(NodeAction.ClaimNode.class);
        World early = operator.cluster.world();
        assertThat(judge(new MakeBeforeBreak(), early, scale(early))).contains(Reason.NotProven);
        World late = operator.until(o -> wants(o, IncumbentAction.ScaleIncumbent.class))
                .cluster
                .world();
        assertThat(judge(new MakeBeforeBreak(), late, scale(late))).contains(Reason.NotProven);
        var recorded = Planner.plan(late).actions().getFirst();
        assertThat(judge(new MakeBeforeBreak(), late.after(recorded), scale(late)))
                .isEmpty();
    }

    @Test
    void theDaemonSetGoesOnlyWhenTheIncumbentIsBack() {
        World world = takeover().untilQuiet().cluster.world();
        var delete = new WorkloadAction.DeleteWorkload(world.workload().orElseThrow());
        assertThat(judge(new MakeBeforeBreak(), world, delete)).contains(Reason.NotProven);
        World before =
                takeover().untilDone(WorkloadAction.ApplyWorkload.class).cluster.world();
        assertThat(judge(new MakeBeforeBreak(), before, delete)).isEmpty();
    }

    @Test
    void fewerReadyPodsThanTheIncumbentAreNotAttached() {
        var operator = SimulatedOperator.in(
                        cluster().incumbents(3).service(Traffic.LOCAL).world())
                .until(o -> wants(o, ServiceAction.AttachService.class));
        World enough = operator.cluster.world();
        Action attach = Planner.plan(enough).actions().getFirst();
        assertThat(judge(new Capacity(), enough, attach)).isEmpty();
        operator.platform.crash(enough.tierPods().getFirst());
        assertThat(judge(new Capacity(), operator.cluster.world(), attach)).contains(Reason.FewerReplicas);
    }

    @Test
    void selectorsAreNotNarrowedOnCiliumNorWhereABackendWouldKeepNoPod() {
        var operator = SimulatedOperator.in(cluster().service(Traffic.CLUSTER).world())
                .until(o -> wants(o, ServiceAction.NarrowSelector.class));
        World world = operator.cluster.world();
        Action narrow = Planner.plan(world).actions().getFirst();
        assertThat(judge(new SafeNarrowing(), world, narrow)).isEmpty();
        var cilium = world.nodes()
                .get("n1")
                .with(Edits.annotations(Map.of("network.cilium.io/ipv4-pod-cidr", Optional.of("10.0.0.0/24"))));
        assertThat(judge(new SafeNarrowing(), world.with(cilium), narrow)).contains(Reason.NarrowingUnsafe);
        var bare = world.nodes().get("n1").with(Edits.of(Map.of(ROLE, Optional.of("true")), Map.of()));
        assertThat(judge(new SafeNarrowing(), world.with(bare), narrow)).contains(Reason.NarrowingUnsafe);
    }

    @Test
    void aSelectionThatMatchesNoNodeWouldEmptyTheBalancer() {
        var operator = takeover().until(o -> wants(o, ServiceAction.AttachService.class));
        World world = operator.cluster.world();
        Action attach = Planner.plan(world).actions().getFirst();
        assertThat(judge(new NeverEmpty(), world, attach)).isEmpty();
        World before = cluster().service(Traffic.LOCAL).world();
        assertThat(judge(new NeverEmpty(), before, attach)).contains(Reason.WouldEmptyBackends);
    }

    @Test
    void minAvailableIsHeld() {
        World world = SimulatedOperator.in(cluster()
                        .service(Traffic.LOCAL)
                        .spec(s -> s.withNodes(n -> n.withMinAvailable(3)))
                        .world())
                .untilQuiet()
                .cluster
                .world();
        assertThat(judge(new NeverEmpty(), world, exclude(world, "n4"))).contains(Reason.MinAvailableHeld);
        World two = takeover().untilQuiet().cluster.world();
        assertThat(judge(new NeverEmpty(), two, exclude(two, "n4"))).isEmpty();
    }

    @Test
    void backendsThatCannotBeToldAreNotTouched() {
        var operator = takeover().untilQuiet();
        operator.cluster.annotate(SERVICE, ClusterScenario.ALIBABA + "default-weight", Optional.of("many"));
        World world = operator.cluster.world();
        assertThat(judge(new NeverEmpty(), world, exclude(world, "n4"))).contains(Reason.BackendsUnknown);
    }

    @Test
    void aStrangersLastBackendStays() {
        World one = cluster().service(Traffic.LOCAL).stranger("shop", "n4").world();
        World two =
                cluster().service(Traffic.LOCAL).stranger("shop", "n4", "n5").world();
        assertThat(judge(new HarmlessToStrangers(), one, exclude(one, "n4"))).contains(Reason.StrangersHurt);
        assertThat(judge(new HarmlessToStrangers(), two, exclude(two, "n4"))).isEmpty();
    }

    @Test
    void anotherTiersServiceKeepsWhatThatTierAsksFor() {
        var wiki = new Claim("wiki", ROLE, "wiki", ClusterScenario.START, Set.of(new ObjectKey(NAMESPACE, "wiki")), 2);
        World two = cluster()
                .service(Traffic.LOCAL)
                .stranger("wiki", "n4", "n5")
                .claim(wiki)
                .world();
        World three = cluster()
                .service(Traffic.LOCAL)
                .stranger("wiki", "n4", "n5", "n6")
                .claim(wiki)
                .world();
        assertThat(judge(new HarmlessToStrangers(), two, exclude(two, "n4"))).contains(Reason.StrangersHurt);
        assertThat(judge(new HarmlessToStrangers(), two, exclude(two, "n3"))).isEmpty();
        assertThat(judge(new HarmlessToStrangers(), three, exclude(three, "n4")))
                .isEmpty();
    }

    private static Optional<Reason> judge(Guard guard, World world, Action action) {
        return guard.judge(Judgement.of(world, action)).map(Refusal::reason);
    }

    private static boolean wants(SimulatedOperator operator, Class<? extends Action> kind) {
        return Planner.plan(operator.cluster.world()).actions().stream().anyMatch(kind::isInstance);
    }

    private static String leaving(World world) {
        return world.members().stream()
                .filter(m -> m.detachedAt().isPresent())
                .map(Member::name)
                .findFirst()
                .orElseThrow();
    }

    private static Action exclude(World world, String node) {
        return new NodeAction.ExcludeNode(world.nodes().get(node), world.now());
    }

    private static Action attach(World world, String node) {
        return new PodAction.AttachPod(on(world, node), Map.of("app", "ingress-nginx"), Optional.of(world.now()));
    }

    private static Action detach(World world, String node) {
        return new PodAction.DetachPod(on(world, node), Set.of("app"), world.now());
    }

    private static Action restart(World world, String node) {
        return new PodAction.RestartPod(on(world, node));
    }

    private static PodView on(World world, String node) {
        return world.members().stream()
                .filter(m -> m.name().equals(node))
                .flatMap(m -> m.pod().stream())
                .findFirst()
                .orElseThrow();
    }

    private static Action release(World world, String node) {
        return new NodeAction.ReleaseNode(world.nodes().get(node), ROLE, Optional.empty());
    }

    private static Action claim(World world, String node) {
        return new NodeAction.ClaimNode(world.nodes().get(node), world.name(), world.uid(), ROLE, "true", world.now());
    }

    private static Action scale(World world) {
        return new IncumbentAction.ScaleIncumbent(world.incumbent().orElseThrow());
    }
}
