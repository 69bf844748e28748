package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.ingresstier.api.DrainGuard;
import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Departure;
import io.ingresstier.guard.Ownership;
import io.ingresstier.workload.AnchorDrift;
import io.ingresstier.workload.AnchorRendering;
import io.ingresstier.world.Action;
import io.ingresstier.world.DrainGuardAction;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Each member hosts an anchor that no eviction takes before the member has left the balancer, or none does where no
 * drain shall wait. Nothing else waits for an anchor: one that is not there is a {@linkplain AnchorConcern concern}.
 */
public record Anchors() implements Step {

    @Override
    public Outcome look(Situation situation) {
        boolean wanted = situation.direction() == Direction.FORWARD && enabled(situation.world());
        Outcome outcome = wanted ? guard(situation) : dismiss(situation);
        return switch (situation.direction()) {
            case FORWARD, FORCED -> outcome.letPass();
            case ROLLBACK, RESTORE, RETAIN, VACATE -> outcome;
        };
    }

    static boolean enabled(World world) {
        return world.tier().getSpec().nodes().drainGuard() == DrainGuard.Enabled;
    }

    private static Outcome guard(Situation situation) {
        var actions = new ArrayList<Action>();
        actions.addAll(applied(situation));
        // Held again before the member gets connections again: it comes back in more passes than this one.
        members(situation)
                .filter(m -> !released(situation, m))
                .flatMap(m -> situation.world().anchorOn(m.name()).stream())
                .filter(anchor -> !held(anchor))
                .map(PodAction.HoldAnchor::new)
                .forEach(actions::add);
        strays(situation).stream()
                .filter(Anchors::held)
                .map(PodAction.ReleaseAnchor::new)
                .forEach(actions::add);
        return actions.isEmpty()
                ? Outcome.done(Reason.Anchoring, "a drain of a member waits until it has left the balancer")
                        .until(AnchorConcern.dueAt(situation))
                : Outcome.act(Reason.Anchoring, "the anchors are being brought up to date", actions);
    }

    /** The budget first: an anchor without one holds nothing. */
    private static List<Action> applied(Situation situation) {
        World world = situation.world();
        var live = world.anchorage();
        var nodes = nodes(situation);
        if (situation.desired().isEmpty()
                || (nodes.isEmpty() && live.anchors().isEmpty())
                || going(live.anchors())
                || going(live.budget())
                || Ownership.foreignAnchorage(world).findAny().isPresent()) {
            return List.of();
        }
        var input = new AnchorRendering.Input(
                world.name(),
                world.uid(),
                situation.desired().get(),
                world.tier().getSpec().nodes().label(),
                nodes.size() + unmet(situation));
        var budget = AnchorRendering.budget(input);
        Optional<Deployment> anchors = AnchorRendering.anchors(input);
        var actions = new ArrayList<Action>();
        if (live.budget().filter(b -> AnchorDrift.asRendered(b, budget)).isEmpty()) {
            actions.add(new DrainGuardAction.ApplyBudget(budget));
        }
        anchors.filter(a ->
                        live.anchors().filter(l -> AnchorDrift.asRendered(l, a)).isEmpty())
                .filter(a -> !replacing(live.anchors(), a) || !holding(situation))
                .map(a -> new DrainGuardAction.ApplyAnchors(a, nodes, hosts(situation)))
                .ifPresent(actions::add);
        return actions;
    }

    /** Whether the anchors that run are to make way for ones of another template. */
    private static boolean replacing(Optional<Deployment> live, Deployment wanted) {
        return live.filter(l -> !Situation.template(l).equals(Situation.template(wanted)))
                .isPresent();
    }

    /**
     * Whether an anchor makes a drain wait now. Its Deployment would delete it without asking the budget, and on a node
     * that is cordoned or tainted no other comes in its place: the drain would go on in the middle of the leaving.
     */
    private static boolean holding(Situation situation) {
        return members(situation)
                .filter(m -> !situation.choice().active().contains(m))
                .filter(m -> !released(situation, m))
                .anyMatch(m -> situation
                        .world()
                        .anchorOn(m.name())
                        .filter(Anchors::held)
                        .isPresent());
    }

    /**
     * The members that are to have an anchor: those that have one, those that could get one, and those that are claimed
     * in the same pass as their anchors are asked for. On a cordoned node whose anchor was evicted none can run, and
     * one that waits for it would have an autoscaler add a node. For a canary alone there is none yet.
     */
    private static SortedSet<String> nodes(Situation situation) {
        var nodes = new TreeSet<String>();
        boolean proven = situation.choice().keep().stream().anyMatch(situation.traffic()::available);
        if (!proven && situation.world().anchorage().anchors().isEmpty()) {
            return nodes;
        }
        members(situation)
                .filter(m -> hosts(situation, m) || !m.node().unschedulable())
                .forEach(m -> nodes.add(m.name()));
        if (proven) {
            situation.choice().active().forEach(m -> nodes.add(m.name()));
            situation.choice().join().forEach(n -> nodes.add(n.name()));
        }
        return nodes;
    }

    /**
     * Anchors too many, where a ReplicaSet that was asked for fewer gave up another than the one that was to go: until
     * each member has its own again those count for nothing. One that is not ready yet would be the first to be given
     * up for a stray one, and then the number would never settle.
     */
    private static int unmet(Situation situation) {
        boolean missing = members(situation)
                .filter(m -> m.node().ready() && !m.node().unschedulable())
                .anyMatch(m -> situation
                        .world()
                        .anchorOn(m.name())
                        .filter(PodView::ready)
                        .isEmpty());
        return missing ? strays(situation).size() : 0;
    }

    /** Anchors that run where no member is any more. */
    private static List<PodView> strays(Situation situation) {
        var members = new TreeSet<String>();
        members(situation).forEach(m -> members.add(m.name()));
        return situation.world().anchorPods().stream()
                .filter(p -> !p.nodeName().isEmpty() && !p.terminating() && !members.contains(p.nodeName()))
                .toList();
    }

    private static Stream<Member> members(Situation situation) {
        // One whose label somebody took off is claimed again.
        return situation.members().stream().filter(m -> !m.released());
    }

    private static SortedSet<String> hosts(Situation situation) {
        var hosts = new TreeSet<String>();
        members(situation).filter(m -> hosts(situation, m)).forEach(m -> hosts.add(m.name()));
        return hosts;
    }

    private static boolean hosts(Situation situation, Member member) {
        return situation.world().anchorOn(member.name()).isPresent();
    }

    private static boolean held(PodView anchor) {
        return anchor.labels().containsKey(Marks.HELD);
    }

    /** Whether evictions of a member's anchor need not wait: it is to go or is cordoned, and nothing is lost by it. */
    private static boolean released(Situation situation, Member member) {
        return !situation.choice().active().contains(member)
                && Departure.of(situation.traffic(), situation.world(), member).over();
    }

    /** Lets evictions take the anchor of a drained member, unless it is to serve again by itself. */
    static Optional<Action> release(Situation situation, Member member) {
        return situation
                .world()
                .anchorOn(member.name())
                .filter(anchor -> held(anchor) && released(situation, member))
                .map(PodAction.ReleaseAnchor::new);
    }

    /** The anchors first: a budget without them holds nothing, and they without it are taken by anybody. */
    private static Outcome dismiss(Situation situation) {
        World world = situation.world();
        var anchors = world.anchorage().anchors().filter(a -> Ownership.ownedAnchorage(world, a));
        var budget = world.anchorage().budget().filter(b -> Ownership.ownedAnchorage(world, b));
        var actions = new ArrayList<Action>();
        anchors.filter(a -> !going(a)).map(DrainGuardAction.DeleteAnchors::new).ifPresent(actions::add);
        budget.filter(b -> !going(b)).map(DrainGuardAction.DeleteBudget::new).ifPresent(actions::add);
        Reason reason = situation.direction() == Direction.FORWARD
                ? Reason.Anchoring
                : situation.direction().reason();
        if (!actions.isEmpty()) {
            return Outcome.act(reason, "the anchors and their budget are being deleted", actions);
        }
        return anchors.isPresent() || budget.isPresent()
                ? Outcome.await(reason, "the anchors and their budget are going", Optional.empty())
                : Outcome.done(reason, "no drain waits for the tier");
    }

    private static boolean going(Optional<? extends HasMetadata> object) {
        return object.filter(Anchors::going).isPresent();
    }

    private static boolean going(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }
}
