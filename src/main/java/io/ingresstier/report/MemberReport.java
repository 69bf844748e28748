package io.ingresstier.report;

import io.ingresstier.api.NodeState;
import io.ingresstier.api.NodeStatus;
import io.ingresstier.plan.Situation;
import io.ingresstier.world.Member;
import java.util.List;

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
                reason(state, member),
                since);
    }

    private static NodeState state(Situation situation, Member member) {
        if (!member.labelled()) {
            return NodeState.Released;
        }
        if (member.detachedAt().isPresent()) {
            return NodeState.Draining;
        }
        if (member.excludedAt().isPresent()) {
            return NodeState.Excluded;
        }
        if (lost(situation, member)) {
            return NodeState.Lost;
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
        var world = situation.world();
        long grace = world.tier().getSpec().nodes().replaceAfterSeconds();
        return !member.node().ready()
                && member.node()
                        .readinessSince()
                        .filter(since -> !since.plusSeconds(grace).isAfter(world.now()))
                        .isPresent();
    }

    private static String reason(NodeState state, Member member) {
        return switch (state) {
            case Claimed -> "NoPodYet";
            case Starting ->
                member.pod().filter(p -> p.serving()).isPresent() ? "PodNotReadyForLongEnough" : "PodNotReady";
            case Attaching -> "BalancerTakesItIn";
            case Serving -> member.found() ? "FoundAndServing" : "ClaimedAndServing";
            case Excluded -> "LeavesTheBalancer";
            case Draining -> "ConnectionsMayEnd";
            case Released -> "PodIsStopping";
            case Lost -> "NodeNotReady";
            case Cordoned -> "NodeCordoned";
        };
    }
}
