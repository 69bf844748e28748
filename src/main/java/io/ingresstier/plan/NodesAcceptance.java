package io.ingresstier.plan;

import io.ingresstier.api.Isolation;
import io.ingresstier.api.Reason;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Refusal;
import io.ingresstier.guard.RoomForOthers;
import io.ingresstier.world.Claim;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether {@code nodes} fits the cluster: the label, the nodes that carry it and those that could. */
record NodesAcceptance(World world, TrafficView traffic, List<Member> members, NodeChoice choice) {

    Optional<Refusal> objection() {
        return labelClaim()
                .or(this::providerIds)
                .or(this::surplus)
                .or(this::shortage)
                .or(this::room);
    }

    /** Of two tiers that want the same label the older has it, and of two as old the first by name. */
    private Optional<Refusal> labelClaim() {
        var label = world.tier().getSpec().nodes().label();
        String created = world.tier().getMetadata().getCreationTimestamp();
        Instant since = created == null ? world.now() : Instant.parse(created);
        var mine = new Claim(world.name(), label.key(), label.value(), since, Set.of(), 0);
        var order = Comparator.comparing(Claim::created).thenComparing(Claim::tier);
        return world.claims().stream()
                .filter(c -> c.labelKey().equals(label.key()) && c.labelValue().equals(label.value()))
                .filter(c -> order.compare(c, mine) < 0)
                .findFirst()
                .flatMap(c -> Acceptance.refuse(
                        Reason.LabelClaimed,
                        "tier %s already uses the node label %s=%s; give this one another nodes.label.value"
                                .formatted(c.tier(), label.key(), label.value())));
    }

    /**
     * One matching node without a provider id stops Alibaba's controller for the whole port, and it says so nowhere.
     */
    private Optional<Refusal> providerIds() {
        return members.stream()
                .filter(Member::labelled)
                .flatMap(m -> traffic.rules().freezes(m.node()).stream()
                        .map(why -> "node %s carries the role label, but %s; set it or take the label off"
                                .formatted(m.name(), why)))
                .findFirst()
                .flatMap(message -> Acceptance.refuse(Reason.InvalidProviderId, message));
    }

    /** Before anything is tainted, and not only when the last member is. */
    private Optional<Refusal> room() {
        if (world.tier().getSpec().nodes().isolation() == Isolation.Shared) {
            return Optional.empty();
        }
        var taken = Stream.concat(
                        choice.keep().stream().map(Member::name),
                        choice.join().stream().map(NodeView::name))
                .collect(Collectors.toSet());
        long left = RoomForOthers.left(world.nodes().values().stream()
                .filter(n -> !taken.contains(n.name()))
                .toList());
        return left >= RoomForOthers.NODES
                ? Optional.empty()
                : Acceptance.refuse(
                        Reason.NoRoomForOthers,
                        "nodes.isolation: Exclusive would leave %d nodes to everything else, and %d must remain; add nodes, lower nodes.replicas or set Shared"
                                .formatted(left, RoomForOthers.NODES));
    }

    /** What was found is never removed, so that a tier cannot be smaller than that. */
    private Optional<Refusal> surplus() {
        int replicas = world.tier().getSpec().nodes().replicas();
        var found =
                choice.keep().stream().filter(Member::found).map(Member::name).toList();
        return found.size() <= replicas
                ? Optional.empty()
                : Acceptance.refuse(
                        Reason.FoundMembersHeld,
                        "%d nodes carried the role label before this tier came (%s) and nodes.replicas is %d; raise nodes.replicas, or take the label off"
                                .formatted(found.size(), String.join(", ", found), replicas));
    }

    private Optional<Refusal> shortage() {
        int replicas = world.tier().getSpec().nodes().replicas();
        int possible = choice.keep().size() + choice.join().size();
        if (possible >= replicas) {
            return Optional.empty();
        }
        var frozen = world.nodes().values().stream()
                .filter(n -> choice.unsuitable().containsKey(n.name()))
                .flatMap(n -> traffic.rules().freezes(n).stream())
                .findFirst();
        String why = String.join(
                "; ",
                choice.unsuitable().entrySet().stream()
                        .map(e -> e.getKey() + ": " + e.getValue())
                        .limit(10)
                        .toList());
        return Acceptance.refuse(
                frozen.isPresent() ? Reason.InvalidProviderId : Reason.NotEnoughNodes,
                "%d of the %d nodes that nodes.replicas asks for can be members%s; add nodes, widen nodes.selector or lower nodes.replicas"
                        .formatted(possible, replicas, why.isEmpty() ? "" : " (" + why + ")"));
    }
}
