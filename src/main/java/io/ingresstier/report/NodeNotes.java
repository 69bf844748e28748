package io.ingresstier.report;

import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.NodeState;
import io.ingresstier.api.NodeStatus;
import io.ingresstier.apply.Written;
import io.ingresstier.plan.Direction;
import io.ingresstier.plan.LeaveReason;
import io.ingresstier.plan.Plan;
import io.ingresstier.plan.Rollout;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What people are told of single nodes, on the tier and on the Node. */
final class NodeNotes {

    private static final String SILENT = ", for its pod does not answer on its health port";

    private final Plan plan;
    private final String tier;
    private final List<Note> notes = new ArrayList<>();

    private NodeNotes(Plan plan) {
        this.plan = plan;
        this.tier = plan.situation().world().name();
    }

    /** Of the writes that were made, and of what the new status says of members that the old one did not. */
    static List<Note> of(Plan plan, List<Written> written, IngressTierStatus now) {
        var notes = new NodeNotes(plan);
        written.stream()
                .filter(w -> w.problem().isEmpty())
                .filter(w -> w.action() instanceof NodeAction)
                .forEach(w -> notes.write((NodeAction) w.action()));
        World world = plan.situation().world();
        for (NodeStatus node : now.nodes()) {
            notes.state(world.tier().getStatus(), node);
        }
        for (NodeStatus node : world.tier().getStatus().nodes()) {
            notes.vanished(world, node);
        }
        return List.copyOf(notes.notes);
    }

    private void write(NodeAction action) {
        String node = action.object();
        switch (action) {
            case NodeAction.ClaimNode ignored ->
                tell(
                        false,
                        "NodeClaimed",
                        node,
                        "Node %s was claimed by tier %s; its ingress pod starts.".formatted(node, tier));
            case NodeAction.ExcludeNode ignored ->
                tell(
                        passing(node).equals(SILENT),
                        "NodeExcluded",
                        node,
                        "Node %s leaves tier %s%s: it was taken out of the load balancers and drains."
                                .formatted(node, tier, because(node)));
            case NodeAction.ReleaseNode ignored -> released(node);
            case NodeAction.IncludeNode ignored -> {}
            case NodeAction.TaintNode ignored -> {}
            case NodeAction.UntaintNode ignored -> {}
            case NodeAction.MarkDrained ignored -> {}
            case NodeAction.UnmarkDrained ignored -> {}
            case NodeAction.RemoveMarks ignored -> {}
        }
    }

    private void released(String node) {
        tell(
                false,
                "NodeReleased",
                node,
                "Node %s was released by tier %s%s; its ingress pod stops.".formatted(node, tier, because(node)));
        boolean inItsPlace = plan.situation().choice().active().size()
                >= plan.situation().world().tier().getSpec().nodes().replicas();
        boolean replaced = reason(node)
                .filter(r -> r != LeaveReason.ScaleIn && r != LeaveReason.PodNotReady)
                .isPresent();
        if (plan.direction() == Direction.FORWARD && inItsPlace && replaced) {
            tell(
                    false,
                    "NodeReplaced",
                    node,
                    "Node %s was replaced in tier %s%s; other members serve in its place."
                            .formatted(node, tier, because(node)));
        }
    }

    private void state(IngressTierStatus before, NodeStatus node) {
        boolean same = before.nodes().stream().anyMatch(n -> n.name().equals(node.name()) && n.state() == node.state());
        if (!same && node.state() == NodeState.Serving) {
            tell(
                    false,
                    "NodeServing",
                    node.name(),
                    "Node %s serves traffic as a member of tier %s.".formatted(node.name(), tier));
        }
        if (!same && node.state() == NodeState.Lost) {
            tell(
                    true,
                    "NodeLost",
                    node.name(),
                    "Node %s of tier %s does not answer; another node is claimed in its place where there is one."
                            .formatted(node.name(), tier));
        }
    }

    private void vanished(World world, NodeStatus node) {
        if (node.state() != NodeState.Released && !world.nodes().containsKey(node.name())) {
            tell(
                    true,
                    "NodeLost",
                    node.name(),
                    "Node %s of tier %s is gone with its Node object; another node is claimed in its place where there is one."
                            .formatted(node.name(), tier));
        }
    }

    private String because(String node) {
        if (plan.direction() != Direction.FORWARD) {
            return "";
        }
        return reason(node).map(r -> ", for " + r.clause()).orElseGet(() -> passing(node));
    }

    /** Why it goes although it is to come back. */
    private String passing(String node) {
        var choice = plan.situation().choice();
        if (named(choice.cordoned().stream(), node)) {
            return ", for it is cordoned";
        }
        if (named(choice.active().stream().filter(Member::silent), node)) {
            return SILENT;
        }
        return named(Rollout.of(plan.situation()).turn().stream(), node) ? ", for its pod is being replaced" : "";
    }

    private static boolean named(Stream<Member> members, String node) {
        return members.anyMatch(m -> m.name().equals(node));
    }

    private Optional<LeaveReason> reason(String node) {
        return Optional.ofNullable(plan.situation().choice().reasons().get(node));
    }

    private void tell(boolean warning, String reason, String node, String message) {
        notes.add(new Note(warning, reason, message, Optional.of(node)));
    }
}
