package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.ingresstier.api.Reason;
import io.ingresstier.guard.Ownership;
import io.ingresstier.world.Anchorage;
import io.ingresstier.world.Member;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a drain would not wait although it should. It holds nothing up: the tier serves without anchors as it does with
 * them.
 */
final class AnchorConcern {

    private AnchorConcern() {}

    static Stream<Concern> of(World world, NodeChoice choice) {
        if (world.goesBack() || !Anchors.enabled(world)) {
            return Stream.of();
        }
        return Stream.concat(
                Ownership.foreignAnchorage(world)
                        .map(kind -> new Concern(
                                Reason.AnchorsNotOurs,
                                "%s %s exists and was not made by this tier, so that a drain of a member does not wait. Delete it, or set nodes.drainGuard: Disabled."
                                        .formatted(kind, key(world)))),
                missing(world, choice).stream());
    }

    private static Optional<Concern> missing(World world, NodeChoice choice) {
        List<String> missing = choice.active().stream()
                .filter(m ->
                        dueAt(world, m).filter(at -> !at.isAfter(world.now())).isPresent())
                .map(Member::name)
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(new Concern(
                        Reason.AnchorsMissing,
                        "On %s no anchor runs, so that a drain does not wait until the node has left the balancer. Look at the pods of Deployment %s, or set nodes.drainGuard: Disabled."
                                .formatted(String.join(", ", missing), key(world))));
    }

    private static ObjectKey key(World world) {
        return new ObjectKey(world.tier().getSpec().controller().namespace(), Anchorage.name(world.name()));
    }

    /** When the first of the anchors that are waited for has taken too long. */
    static Optional<Instant> dueAt(Situation situation) {
        World world = situation.world();
        return situation.choice().active().stream()
                .flatMap(m -> dueAt(world, m).stream())
                .filter(world.now()::isBefore)
                .min(Instant::compareTo);
    }

    /**
     * When a member should have had an anchor that is ready; empty while it has one, while one is being replaced, and
     * while the member itself is on its way.
     */
    private static Optional<Instant> dueAt(World world, Member member) {
        Optional<Deployment> anchors = world.anchorage().anchors().filter(a -> Ownership.ownedAnchorage(world, a));
        List<PodView> here = world.anchorPods().stream()
                .filter(p -> p.nodeName().equals(member.name()))
                .toList();
        if (anchors.isEmpty()
                || !member.claimed()
                || !member.labelled()
                || !member.node().ready()
                || member.leaving()
                || here.stream().anyMatch(p -> p.ready() || p.terminating())) {
            return Optional.empty();
        }
        var pending = world.anchorPods().stream().filter(p -> p.nodeName().isEmpty());
        return Stream.of(
                        Stream.concat(member.settledSince().stream(), member.claimedAt().stream()),
                        Stream.concat(here.stream(), pending).flatMap(p -> p.readySince().stream()),
                        progress(anchors.get()))
                .flatMap(times -> times)
                .max(Instant::compareTo)
                .map(since -> since.plusSeconds(world.tier().getSpec().rollout().progressDeadlineSeconds()));
    }

    /** When the Deployment was made, and when its controller last got on with it. */
    private static Stream<Instant> progress(Deployment anchors) {
        var updates = Optional.ofNullable(anchors.getStatus()).stream()
                .flatMap(s -> s.getConditions().stream())
                .filter(c -> "Progressing".equals(c.getType()))
                .map(DeploymentCondition::getLastUpdateTime);
        return Stream.concat(
                        Stream.of(Optional.ofNullable(anchors.getMetadata().getCreationTimestamp()))
                                .flatMap(Optional::stream),
                        updates)
                .flatMap(text -> time(text).stream());
    }

    private static Optional<Instant> time(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
