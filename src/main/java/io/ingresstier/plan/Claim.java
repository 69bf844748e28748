package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.api.Reason;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Every chosen node has the label and a pod that has been ready for {@code minReadySeconds}. One member goes alone, as
 * a canary, for as long as no pod of the tier has proven itself: it takes traffic as soon as it is ready. All others
 * are claimed together, for each node label makes a cloud controller look at all its Services. A tier that the Services
 * rely on has proven itself: if nobody serves any more, others are needed all the more.
 */
public record Claim() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        List<Member> keep = situation.choice().keep();
        boolean proven = Attach.begun(world) || keep.stream().anyMatch(situation.traffic()::available);
        boolean canaryUnderWay = !proven && keep.stream().anyMatch(Claim::claimed);
        List<NodeAction> claims = Stream.concat(
                        keep.stream().filter(m -> !claimed(m)).map(Member::node), situation.choice().join().stream())
                .limit(proven ? Long.MAX_VALUE : canaryUnderWay ? 0 : 1)
                .map(node -> claim(world, node))
                .toList();
        if (!claims.isEmpty()) {
            return Outcome.act(
                    Reason.ClaimingNodes,
                    "claiming "
                            + String.join(
                                    ", ",
                                    claims.stream().map(NodeAction::object).toList()),
                    claims);
        }
        List<Member> waiting =
                keep.stream().filter(m -> !situation.traffic().available(m)).toList();
        if (waiting.isEmpty() && keep.size() >= world.tier().getSpec().nodes().replicas()) {
            return Outcome.done(Reason.NodesReady, Reason.NodesReady.sentence());
        }
        return waiting(situation, waiting);
    }

    /** A claimed member whose label somebody took off is claimed again. */
    private static boolean claimed(Member member) {
        return member.claimed() && member.labelled();
    }

    private Outcome waiting(Situation situation, List<Member> waiting) {
        Optional<Instant> available =
                earliest(waiting.stream().map(m -> situation.traffic().availableAt(m)));
        Optional<Instant> deadline = earliest(waiting.stream().map(m -> NodeChoice.deadline(situation.world(), m)));
        String names = String.join(", ", waiting.stream().map(Member::name).toList());
        var failed = situation.choice().failed();
        if (!failed.isEmpty()) {
            return notReady("the pod on %s has not become ready in time; the node is given up", failed, available);
        }
        List<String> late = waiting.stream()
                .filter(m -> NodeChoice.late(situation.world(), m))
                .map(Member::name)
                .toList();
        if (situation.world().tierPods().isEmpty() && !waiting.isEmpty()) {
            String message = uncreated(situation.world());
            return late.isEmpty()
                    ? Outcome.await(Reason.ClaimingNodes, message, deadline)
                    : Outcome.refuse(new Refusal(name(), Reason.PodsNotCreated, message));
        }
        if (!late.isEmpty()) {
            return notReady("the pod on %s has not become ready in time; look at it", late, available);
        }
        if (waiting.isEmpty()) {
            return Outcome.await(Reason.ClaimingNodes, "waiting for nodes that can be members", Optional.empty());
        }
        List<String> dark = waiting.stream()
                .filter(m -> !m.node().ready())
                .map(Member::name)
                .toList();
        return Outcome.await(
                Reason.ClaimingNodes,
                "waiting until the pods on %s have been ready for %d s%s"
                        .formatted(
                                names,
                                situation.world().tier().getSpec().rollout().minReadySeconds(),
                                dark.isEmpty() ? "" : "; not Ready as nodes: " + String.join(", ", dark)),
                earliest(Stream.of(available, deadline)));
    }

    /** The DaemonSet controller says why only in events; most often it is the account. */
    private static String uncreated(World world) {
        return world.workload()
                .map(w ->
                        "waiting for the first pod of DaemonSet %s to be created; if none comes, its events say why: %s must exist"
                                .formatted(ObjectKey.of(w), account(w)))
                .orElse("waiting for the first pod to be created");
    }

    private static String account(DaemonSet workload) {
        String name = workload.getSpec().getTemplate().getSpec().getServiceAccountName();
        return "ServiceAccount %s/%s"
                .formatted(workload.getMetadata().getNamespace(), Objects.requireNonNullElse(name, "default"));
    }

    private Outcome notReady(String message, Collection<String> nodes, Optional<Instant> until) {
        return Outcome.refuse(new Refusal(
                        name(), Reason.PodsNotReady, message.formatted(String.join(", ", new TreeSet<>(nodes)))))
                .until(until);
    }

    private static NodeAction claim(World world, NodeView node) {
        var label = world.tier().getSpec().nodes().label();
        return new NodeAction.ClaimNode(node, world.name(), world.uid(), label.key(), label.value(), world.now());
    }

    static Optional<Instant> earliest(Stream<Optional<Instant>> times) {
        return times.flatMap(Optional::stream).min(Instant::compareTo);
    }
}
