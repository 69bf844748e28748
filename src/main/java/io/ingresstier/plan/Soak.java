package io.ingresstier.plan;

import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Reason;
import io.ingresstier.api.TakeoverStatus;
import io.ingresstier.guard.Guard;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.Optional;

/**
 * Tier and incumbent served side by side for {@code soakSeconds}, watched by one leader, and every guard held. The time
 * it began is kept in the status; a lost status or a new leader only begins it again. Passed for good once the
 * incumbent's retirement has begun.
 */
public record Soak() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        if (retiring(world)) {
            return Outcome.done(Reason.Soaked, "the soak was passed; the incumbent is being retired or was");
        }
        if (passed(world)) {
            return Outcome.done(Reason.Soaked, Reason.Soaked.sentence());
        }
        if (failed(world).isPresent()) {
            return Outcome.refuse(
                    new Refusal(name(), Reason.SoakFailed, failed(world).get()));
        }
        if (!new Settle().look(situation).done()) {
            return Outcome.await(Reason.Soaking, "the soak begins once the balancers have settled", Optional.empty());
        }
        // Pods that are merely not ready at this moment did serve.
        if (world.incumbentPods().isEmpty()
                && world.incumbent().filter(i -> i.replicas() > 0).isEmpty()) {
            return Outcome.done(Reason.Soaked, "nothing served before, so there is nothing to compare with");
        }
        if (!world.unknown().isEmpty()) {
            return Outcome.await(Reason.Soaking, "not everything can be seen at this moment", Optional.empty());
        }
        return amiss(situation)
                .map(what -> Outcome.refuse(new Refusal(name(), Reason.SoakFailed, what)))
                .orElseGet(() -> soaking(world));
    }

    private static Outcome soaking(World world) {
        Instant end = started(world)
                .orElse(world.now())
                .plusSeconds(world.tier().getSpec().rollout().soakSeconds());
        return end.isAfter(world.now())
                ? Outcome.await(Reason.Soaking, "tier and incumbent serve side by side until " + end, Optional.of(end))
                : Outcome.done(Reason.Soaked, Reason.Soaked.sentence());
    }

    /** Whether this outcome is that of a soak under way, whose beginning is to be remembered. */
    public static boolean underWay(Outcome soak) {
        return !soak.done() && soak.refusal().isEmpty() && soak.lookAgainAt().isPresent();
    }

    /** When the soak that this leader watches began. */
    public static Optional<Instant> started(World world) {
        return Optional.ofNullable(world.tier().getStatus().takeover())
                .filter(t -> world.leader().equals(t.soakLeader()))
                .map(TakeoverStatus::soakStartTime)
                .map(Instant::parse);
    }

    private static Optional<String> amiss(Situation situation) {
        return situation.choice().keep().stream()
                .filter(m -> !situation.traffic().serves(m))
                .map(Member::name)
                .findFirst()
                .map("member %s stopped serving during the soak"::formatted)
                .or(() -> Guard.firstBroken(situation.world()).map(Refusal::message));
    }

    private static boolean retiring(World world) {
        return world.originals().flatMap(o -> o.retired()).isPresent()
                || world.attachable().stream().anyMatch(s -> s.annotations().containsKey(Marks.NARROWED_AT));
    }

    private static boolean passed(World world) {
        return world.tier()
                .getStatus()
                .condition(ConditionType.Soaked)
                .filter(c -> "True".equals(c.getStatus()))
                .isPresent();
    }

    /** A soak that failed stays so until the spec changes. */
    private static Optional<String> failed(World world) {
        return world.tier()
                .getStatus()
                .condition(ConditionType.Soaked)
                .filter(c -> Reason.SoakFailed.name().equals(c.getReason()))
                .filter(c -> world.tier().getMetadata().getGeneration() != null
                        && world.tier().getMetadata().getGeneration().equals(c.getObservedGeneration()))
                .map(c -> c.getMessage());
    }
}
