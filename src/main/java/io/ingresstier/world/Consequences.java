package io.ingresstier.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What follows from one action at the worst; see {@link World#after}. */
final class Consequences {

    private Consequences() {}

    static World of(World world, Action action) {
        return switch (action) {
            case NodeAction a -> node(world, a);
            case PodAction a -> pod(world, a);
            case ServiceAction a -> service(world, a);
            case WorkloadAction a -> workload(world, a);
            case DrainGuardAction a -> drainGuard(world, a);
            case IncumbentAction a -> incumbent(world, a);
            case OriginalsAction a -> originals(world, a);
            case TierAction a -> tier(world, a);
        };
    }

    private static World node(World world, NodeAction action) {
        var current = world.nodes().get(action.node().name());
        if (current == null) {
            return world;
        }
        var edited = current.with(action.edits());
        var after = world.with(action.taints().map(edited::withTaints).orElse(edited));
        return switch (action) {
            // The DaemonSet controller deletes the pod as soon as the label is gone, whatever a budget says.
            case NodeAction.ReleaseNode a ->
                withoutPods(
                        after,
                        p -> isTierPod(world, p) && p.nodeName().equals(a.node().name()));
            case NodeAction.ClaimNode ignored -> after;
            case NodeAction.ExcludeNode ignored -> after;
            case NodeAction.IncludeNode ignored -> after;
            // NoSchedule leaves alone what runs.
            case NodeAction.TaintNode ignored -> after;
            case NodeAction.UntaintNode ignored -> after;
            case NodeAction.MarkDrained ignored -> after;
            case NodeAction.UnmarkDrained ignored -> after;
            case NodeAction.RemoveMarks ignored -> after;
        };
    }

    private static World pod(World world, PodAction action) {
        return switch (action) {
            case PodAction.DetachPod a -> {
                var detached = a.pod().with(a.edits());
                yield withoutUnselected(world.with(detached), Set.of(detached.key()));
            }
            case PodAction.AttachPod a -> world.with(a.pod().with(a.edits()));
            case PodAction.RestartPod a ->
                withoutPods(world, p -> p.key().equals(a.pod().key()));
            case PodAction.ReleaseAnchor a -> world.with(a.pod().with(a.edits()));
            case PodAction.HoldAnchor a -> world.with(a.pod().with(a.edits()));
        };
    }

    private static World service(World world, ServiceAction action) {
        var current = world.services().get(action.service().key());
        if (current == null) {
            return world;
        }
        var after = world.with(current.with(action.edits()));
        return switch (action) {
            case ServiceAction.NarrowSelector ignored ->
                withoutUnselected(after, world.pods().stream().map(PodView::key).collect(Collectors.toSet()));
            case ServiceAction.EnableDraining ignored -> after;
            case ServiceAction.AttachService ignored -> after;
            case ServiceAction.WidenSelector ignored -> after;
            case ServiceAction.RestoreService ignored -> after;
            case ServiceAction.RestoreDraining ignored -> after;
            case ServiceAction.UnmarkService ignored -> after;
        };
    }

    private static World workload(World world, WorkloadAction action) {
        return switch (action) {
            // A changed template is rolled out by surge or by hand, so that an apply by itself takes no pod away.
            case WorkloadAction.ApplyWorkload a -> world.withWorkload(Optional.of(a.desired()));
            case WorkloadAction.DeleteWorkload ignored ->
                withoutPods(world.withWorkload(Optional.empty()), p -> isTierPod(world, p));
        };
    }

    private static World drainGuard(World world, DrainGuardAction action) {
        var anchorage = world.anchorage();
        return switch (action) {
            case DrainGuardAction.ApplyBudget a -> world.withAnchorage(anchorage.withBudget(Optional.of(a.target())));
            case DrainGuardAction.ApplyAnchors a -> world.withAnchorage(anchorage.withAnchors(Optional.of(a.target())));
            case DrainGuardAction.DeleteBudget ignored -> world.withAnchorage(anchorage.withBudget(Optional.empty()));
            case DrainGuardAction.DeleteAnchors ignored ->
                withoutPods(
                        world.withAnchorage(anchorage.withAnchors(Optional.empty())),
                        p -> world.anchorPods().contains(p));
        };
    }

    private static World incumbent(World world, IncumbentAction action) {
        var after = world.with(action.incumbent().withReplicas(action.replicas()));
        return switch (action) {
            case IncumbentAction.ScaleIncumbent ignored -> {
                var gone = world.incumbentPods().stream().map(PodView::key).collect(Collectors.toSet());
                yield withoutPods(after, p -> gone.contains(p.key()));
            }
            case IncumbentAction.RestoreIncumbent ignored -> after;
        };
    }

    private static World originals(World world, OriginalsAction action) {
        return switch (action) {
            case OriginalsAction.RecordOriginals a -> world.withOriginals(Optional.of(a.originals()));
            case OriginalsAction.RecordRetired a ->
                world.withOriginals(Optional.of(a.originals().withRetired(Optional.of(a.how()))));
            case OriginalsAction.ForgetRetired a ->
                world.withOriginals(Optional.of(a.originals().withRetired(Optional.empty())));
            case OriginalsAction.RecordRollback a ->
                world.withOriginals(Optional.of(a.originals().withRollback(a.decided())));
            case OriginalsAction.ForgetOriginals ignored -> world.withOriginals(Optional.empty());
        };
    }

    private static World tier(World world, TierAction action) {
        var finalizers = new ArrayList<>(
                Objects.requireNonNullElse(world.tier().getMetadata().getFinalizers(), List.of()));
        finalizers.remove(Marks.FINALIZER);
        return switch (action) {
            case TierAction.AddFinalizer ignored -> {
                finalizers.add(Marks.FINALIZER);
                yield world.withFinalizers(finalizers);
            }
            case TierAction.RemoveFinalizer ignored -> world.withFinalizers(finalizers);
        };
    }

    private static boolean isTierPod(World world, PodView pod) {
        return world.name().equals(pod.labels().get(Marks.TIER));
    }

    private static World withoutPods(World world, Predicate<PodView> gone) {
        var keys = world.pods().stream().filter(gone).map(PodView::key).collect(Collectors.toSet());
        var left = world.pods().stream().filter(gone.negate()).toList();
        var slices = world.slices().stream()
                .map(s -> s.keeping(e -> e.pod().map(key -> !keys.contains(key)).orElse(true)))
                .toList();
        return world.withPods(left).withSlices(slices);
    }

    /** Drops those endpoints of the pods whose Service does not select the pod any more. */
    private static World withoutUnselected(World world, Set<ObjectKey> touched) {
        Map<ObjectKey, PodView> pods =
                world.pods().stream().collect(Collectors.toMap(PodView::key, p -> p, (a, b) -> a));
        var slices = world.slices().stream()
                .map(slice -> {
                    var service = world.services().get(slice.service());
                    if (service == null || service.selector().isEmpty()) {
                        return slice;
                    }
                    return slice.keeping(e -> e.pod()
                            .filter(touched::contains)
                            .map(pods::get)
                            .map(p -> p.matches(service.selector()))
                            .orElse(true));
                })
                .toList();
        return world.withSlices(slices);
    }
}
