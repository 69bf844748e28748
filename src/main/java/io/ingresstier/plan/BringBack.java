package io.ingresstier.plan;

import io.ingresstier.api.Reason;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.PodView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The incumbent runs again, with the replicas that were recorded or as many as the tier has serving, whichever is more,
 * and never lowered by us. One that somebody deleted stays deleted.
 */
public record BringBack() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        int recorded = world.originals().flatMap(o -> o.incumbentReplicas()).orElse(0);
        Optional<IncumbentView> incumbent = world.incumbent().filter(i -> !i.terminating());
        if (incumbent.isEmpty() || recorded == 0) {
            return Outcome.done(Reason.Restoring, "there is no incumbent to bring back");
        }
        int serving = (int)
                situation.members().stream().filter(situation.traffic()::serves).count();
        boolean retired = world.originals().flatMap(o -> o.retired()).isPresent();
        int wanted = retired ? Math.max(recorded, serving) : recorded;
        // Replicas are asked for once, from zero: members that leave later must not raise or lower them.
        if (incumbent.get().replicas() < recorded || (retired && incumbent.get().replicas() == 0)) {
            return Outcome.act(
                    Reason.Restoring,
                    "the incumbent is being scaled to %d replicas".formatted(wanted),
                    List.of(new IncumbentAction.RestoreIncumbent(incumbent.get(), wanted)));
        }
        return ready(situation, incumbent.get(), recorded);
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
                deletedAt(world).plusSeconds(world.tier().getSpec().rollout().progressDeadlineSeconds());
        // More replicas than were recorded are a bonus: where they do not fit, the recorded ones suffice in the end.
        int needed = overdue.isAfter(world.now()) ? incumbent.replicas() : recorded;
        if (ready.size() >= needed) {
            Instant available = needed == 0 ? world.now() : ready.get(needed - 1);
            return available.isAfter(world.now())
                    ? Outcome.await(
                            Reason.Restoring,
                            "the incumbent's pods are ready; they are given until " + available,
                            Optional.of(available))
                    : Outcome.done(Reason.Restoring, "the incumbent serves again");
        }
        String message = "%d of %d pods of Deployment %s are ready".formatted(ready.size(), needed, incumbent.key());
        return overdue.isAfter(world.now())
                ? Outcome.await(Reason.Restoring, message, Optional.of(overdue))
                : Outcome.refuse(new Refusal(name(), Reason.PodsNotReady, message));
    }

    private static Instant deletedAt(World world) {
        String at = world.tier().getMetadata().getDeletionTimestamp();
        return at == null ? world.now() : Instant.parse(Objects.requireNonNull(at));
    }
}
