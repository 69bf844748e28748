package io.ingresstier.plan;

import io.ingresstier.api.Reason;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.Rollback;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The incumbent runs again, with the replicas that were recorded or as many as the tier has serving, whichever is more,
 * and never lowered by us. One that somebody deleted stays deleted, and where nobody else would serve in its place the
 * members stay until a person has decided.
 */
public record BringBack() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        var taints = Isolated.of(situation);
        if (!taints.isEmpty()) {
            // Its pods may have nowhere else to go.
            return Outcome.act(situation.direction().reason(), "the tier's taint is being taken off", taints);
        }
        int recorded = world.originals().flatMap(o -> o.incumbentReplicas()).orElse(0);
        Optional<IncumbentView> incumbent = world.incumbent().filter(i -> !i.terminating());
        if (incumbent.isEmpty() && recorded > 0) {
            return missing(situation);
        }
        if (incumbent.isEmpty() || recorded == 0) {
            return Outcome.done(situation.direction().reason(), "there is no incumbent to bring back");
        }
        int serving = (int)
                situation.members().stream().filter(situation.traffic()::serves).count();
        boolean retired = world.originals().flatMap(o -> o.retired()).isPresent();
        int wanted = retired ? Math.max(recorded, serving) : recorded;
        // Replicas are asked for once, from zero: members that leave later must not raise or lower them.
        if (incumbent.get().replicas() < recorded || (retired && incumbent.get().replicas() == 0)) {
            return Outcome.act(
                    situation.direction().reason(),
                    "the incumbent is being scaled to %d replicas".formatted(wanted),
                    List.of(new IncumbentAction.RestoreIncumbent(incumbent.get(), wanted)));
        }
        Outcome ready = ready(situation, incumbent.get(), recorded);
        // In force until the incumbent serves again, so that a crash in between does not make its absence somebody's
        // wish.
        return ready.done() && retired && !world.deleted()
                ? Outcome.act(
                        situation.direction().reason(),
                        "the decision to retire the incumbent is being taken back",
                        world.originals().stream()
                                .map(OriginalsAction.ForgetRetired::new)
                                .toList())
                : ready;
    }

    private Outcome missing(Situation situation) {
        return situation.traffic().servedByTierAlone().stream()
                .findFirst()
                .map(service -> Outcome.refuse(new Refusal(
                        name(),
                        Reason.IncumbentDeleted,
                        "Deployment %s was deleted by somebody else, and behind Service %s nobody but the tier serves"
                                .formatted(ControllerAcceptance.incumbentKey(situation.world()), service.key()))))
                .orElseGet(() ->
                        Outcome.done(situation.direction().reason(), "the incumbent was deleted and nothing needs it"));
    }

    private Outcome ready(Situation situation, IncumbentView incumbent, int recorded) {
        World world = situation.world();
        long minReady = world.tier().getSpec().rollout().minReadySeconds() + 1;
        List<Instant> ready = world.incumbentPods().stream()
                .filter(PodView::serving)
                .flatMap(p -> p.readySince().stream())
                .map(since -> since.plusSeconds(minReady))
                .sorted()
                .toList();
        Instant overdue =
                since(world).plusSeconds(world.tier().getSpec().rollout().progressDeadlineSeconds());
        // More replicas than were recorded are a bonus: where they do not fit, the recorded ones suffice in the end.
        int needed = overdue.isAfter(world.now()) ? incumbent.replicas() : recorded;
        if (ready.size() >= needed) {
            Instant available = needed == 0 ? world.now() : ready.get(needed - 1);
            return available.isAfter(world.now())
                    ? Outcome.await(
                            situation.direction().reason(),
                            "the incumbent's pods are ready; they are given until " + available,
                            Optional.of(available))
                    : Outcome.done(situation.direction().reason(), "the incumbent serves again");
        }
        String message = "%d of %d pods of Deployment %s are ready".formatted(ready.size(), needed, incumbent.key());
        return overdue.isAfter(world.now())
                ? Outcome.await(situation.direction().reason(), message, Optional.of(overdue))
                : Outcome.refuse(new Refusal(name(), Reason.IncumbentNotBack, message));
    }

    /** Since when the tier goes back. */
    private static Instant since(World world) {
        String deleted = world.tier().getMetadata().getDeletionTimestamp();
        return deleted == null ? world.rollback().map(Rollback::at).orElse(world.now()) : Instant.parse(deleted);
    }
}
