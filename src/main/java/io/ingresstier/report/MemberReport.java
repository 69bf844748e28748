package io.ingresstier.report;

import io.ingresstier.api.NodeState;
import io.ingresstier.api.NodeStatus;
import io.ingresstier.balancer.Departure;
import io.ingresstier.balancer.Departure.Stage;
import io.ingresstier.plan.LeaveReason;
import io.ingresstier.plan.Rollout;
import io.ingresstier.plan.Situation;
import io.ingresstier.world.Member;
import io.ingresstier.world.PodView;
import java.util.List;
import java.util.Optional;

/** Where each member is in its life. */
final class MemberReport {

    private MemberReport() {}

    static List<NodeStatus> of(Situation situation) {
        return situation.members().stream().map(m -> of(situation, m)).toList();
    }

    private static NodeStatus of(Situation situation, Member member) {
        var world = situation.world();
        NodeState state = state(situation, member);
        String since = world.tier().getStatus().nodes().stream()
                .filter(n -> n.name().equals(member.name()) && n.state() == state)
                .map(NodeStatus::since)
                .findFirst()
                .orElse(Times.seconds(world.now()));
        return new NodeStatus(
                member.name(),
                member.node().zone(world.tier().getSpec().nodes().topologyKey()),
                state,
                situation.traffic().isBackend(member),
                reason(situation, state, member),
                since);
    }

    private static NodeState state(Situation situation, Member member) {
        if (!member.labelled()) {
            return NodeState.Released;
        }
        if (lost(situation, member)) {
            return NodeState.Lost;
        }
        var stage = stage(situation, member);
        if (cordoned(situation, member) && (stage == Stage.PRESENT || stage == Stage.DRAINED)) {
            return NodeState.Cordoned;
        }
        if (member.detachedAt().isPresent()) {
            return NodeState.Draining;
        }
        if (member.excludedAt().isPresent()) {
            return NodeState.Excluded;
        }
        if (situation.traffic().serves(member)) {
            return NodeState.Serving;
        }
        if (member.pod().isEmpty()) {
            return NodeState.Claimed;
        }
        return situation.traffic().available(member) ? NodeState.Attaching : NodeState.Starting;
    }

    private static boolean lost(Situation situation, Member member) {
        return LeaveReason.lostAt(situation.world(), member)
                .filter(at -> !at.isAfter(situation.world().now()))
                .isPresent();
    }

    private static boolean cordoned(Situation situation, Member member) {
        return situation.choice().cordoned().contains(member)
                || situation.choice().reasons().get(member.name()) == LeaveReason.Cordoned;
    }

    private static Stage stage(Situation situation, Member member) {
        return Departure.of(situation.traffic(), situation.world(), member).stage();
    }

    /** Why it is in that state; of one that has to go, why it has to. */
    private static String reason(Situation situation, NodeState state, Member member) {
        var leaves = Optional.ofNullable(situation.choice().reasons().get(member.name()))
                .filter(r -> r != LeaveReason.TierGoesBack)
                .map(LeaveReason::name);
        return switch (state) {
            case Claimed -> leaves.orElse("NoPodYet");
            case Starting -> leaves.orElse(starting(member));
            case Attaching -> leaves.orElse(member.silent() ? "PodDoesNotAnswer" : "BalancerTakesItIn");
            case Serving -> leaves.orElse(member.found() ? "FoundAndServing" : "ClaimedAndServing");
            case Excluded -> leaves.orElse(onItsWay(situation, member, "LeavesTheBalancer"));
            case Draining -> leaves.orElse(onItsWay(situation, member, "ConnectionsMayEnd"));
            case Released -> "PodIsStopping";
            case Lost -> member.node().ready() ? "PodDoesNotAnswer" : "NodeNotReady";
            case Cordoned -> stage(situation, member) == Stage.DRAINED ? "CordonedAndDrained" : "NodeCordoned";
        };
    }

    private static String starting(Member member) {
        if (!member.node().ready()) {
            return "NodeNotReady";
        }
        return member.pod().filter(PodView::serving).isPresent() ? "PodNotReadyForLongEnough" : "PodNotReady";
    }

    private static String onItsWay(Situation situation, Member member, String otherwise) {
        if (cordoned(situation, member)) {
            return "NodeCordoned";
        }
        if (member.silent()) {
            return "PodDoesNotAnswer";
        }
        if (Rollout.of(situation).turn().filter(member::equals).isPresent()) {
            return "PodIsReplaced";
        }
        return situation.choice().active().contains(member) ? "ComesBack" : otherwise;
    }
}
