package io.ingresstier.guard;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.api.Reason;
import io.ingresstier.world.Action;
import io.ingresstier.world.DrainGuardAction;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.WorkloadAction;
import io.ingresstier.world.World;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** I5: what was found is never removed, and what somebody else made is never taken over. */
public record Ownership() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        World world = judgement.before();
        Action action = judgement.action();
        return switch (action) {
            case NodeAction.ReleaseNode a
            when Marks.FOUND_LABEL.equals(found(a.node()))
                    || !world.name().equals(a.node().annotations().get(Marks.TIER)) ->
                refuse(
                        Reason.NotOurs,
                        "node %s carried the role label before this tier came; it stays".formatted(a.object()));
            case NodeAction.RemoveMarks a
            when !world.name().equals(a.node().annotations().getOrDefault(Marks.TIER, world.name())) ->
                refuse(Reason.NotOurs, "node %s belongs to another tier".formatted(a.object()));
            case NodeAction.IncludeNode a
            when !a.node().annotations().containsKey(Marks.EXCLUDED_AT) ->
                refuse(Reason.NotOurs, "node %s was excluded from balancers by somebody else".formatted(a.object()));
            case NodeAction.ExcludeNode a
            when a.node().labels().containsKey(Marks.EXCLUDE)
                    && !a.node().annotations().containsKey(Marks.EXCLUDED_AT) ->
                refuse(Reason.NotOurs, "node %s is excluded from balancers by somebody else".formatted(a.object()));
            case PodAction.AttachPod a
            when !world.name().equals(a.pod().labels().get(Marks.TIER))
                    || !a.pod().annotations().containsKey(Marks.DETACHED_AT) ->
                refuse(Reason.NotOurs, "pod %s was not taken out of its Services by this tier".formatted(a.object()));
            case PodAction.RestartPod a
            when !world.name().equals(a.pod().labels().get(Marks.TIER)) || !madeByOurs(world, a.pod()) ->
                refuse(Reason.NotOurs, "pod %s is not of the DaemonSet of this tier".formatted(a.object()));
            case PodAction.ReleaseAnchor a when !anchor(world, a.pod()) -> notAnchor(a);
            case PodAction.HoldAnchor a when !anchor(world, a.pod()) -> notAnchor(a);
            case DrainGuardAction a ->
                foreignAnchorage(world)
                        .filter(a.kind()::equals)
                        .findFirst()
                        .flatMap(kind -> refuse(
                                Reason.AnchorsNotOurs, "%s %s was not made by this tier".formatted(kind, a.object())));
            case WorkloadAction ignored ->
                world.workload()
                        .filter(found -> !owned(world, found))
                        .flatMap(found -> refuse(
                                Reason.WorkloadNotOurs,
                                "DaemonSet %s was not made by this tier".formatted(action.object())));
            default -> Optional.empty();
        };
    }

    private static @org.jspecify.annotations.Nullable String found(NodeView node) {
        return node.annotations().get(Marks.FOUND);
    }

    private static boolean madeByOurs(World world, PodView pod) {
        return world.workload()
                .filter(w -> owned(world, w))
                .filter(w -> pod.key().namespace().equals(w.getMetadata().getNamespace()))
                .filter(w -> pod.owner().equals("DaemonSet/" + w.getMetadata().getName()))
                .isPresent();
    }

    private static boolean anchor(World world, PodView pod) {
        return world.name().equals(pod.labels().get(Marks.ANCHOR));
    }

    private Optional<Refusal> notAnchor(PodAction action) {
        return refuse(Reason.NotOurs, "pod %s is no anchor of this tier".formatted(action.object()));
    }

    /** Whether this tier made the object of the drain guard. */
    public static boolean ownedAnchorage(World world, HasMetadata object) {
        Map<String, String> labels =
                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
        return world.name().equals(labels.get(Marks.ANCHOR));
    }

    /** Kinds of the objects that have the name of the tier's drain guard and are somebody else's. */
    public static Stream<String> foreignAnchorage(World world) {
        return Stream.concat(world.anchorage().anchors().stream(), world.anchorage().budget().stream())
                .filter(object -> !ownedAnchorage(world, object))
                .map(HasMetadata::getKind);
    }

    /** Whether this tier made the DaemonSet. */
    public static boolean owned(World world, DaemonSet workload) {
        Map<String, String> labels =
                Objects.requireNonNullElse(workload.getMetadata().getLabels(), Map.of());
        return world.name().equals(labels.get(Marks.TIER));
    }
}
