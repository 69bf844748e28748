package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.Condition;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Reason;
import io.ingresstier.api.TakeoverStatus;
import io.ingresstier.guard.Guard;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.AddressLoss;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.Originals;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
        if (passed(world).isPresent()) {
            return Outcome.done(Reason.Soaked, passed(world).get());
        }
        if (failed(world).isPresent()) {
            return failed(failed(world).get());
        }
        if (!new Settle().look(situation).done()) {
            return Outcome.await(Reason.Soaking, "the soak begins once the balancers have settled", Optional.empty());
        }
        // Pods that are merely not ready at this moment did serve.
        if (new Bootstrap(world).underWay()
                || world.incumbentPods().isEmpty()
                        && world.incumbent().filter(i -> i.replicas() > 0).isEmpty()) {
            return Outcome.done(Reason.Soaked, "nothing served before, so there is nothing to compare with");
        }
        if (!world.unknown().isEmpty()) {
            return Outcome.await(Reason.Soaking, "not everything can be seen at this moment", Optional.empty());
        }
        if (!rolledOut(situation)) {
            return Outcome.await(
                    Reason.Soaking, "the soak begins once every pod of the tier is up to date", Optional.empty());
        }
        if (started(world).isEmpty() && joining(situation)) {
            return Outcome.await(Reason.Soaking, "the soak begins once every member serves", Optional.empty());
        }
        return amiss(situation).map(this::failed).orElseGet(() -> soaking(world));
    }

    private Outcome failed(String what) {
        return Outcome.refuse(new Refusal(name(), Reason.SoakFailed, what));
    }

    private static Outcome soaking(World world) {
        Instant end = started(world)
                .orElse(world.now())
                .plusSeconds(world.tier().getSpec().rollout().soakSeconds());
        return end.isAfter(world.now())
                ? Outcome.await(Reason.Soaking, "tier and incumbent serve side by side until " + end, Optional.of(end))
                : Outcome.done(Reason.Soaked, Reason.Soaked.sentence());
    }

    /**
     * What is to be remembered of the soak: when it began, and who watches it. One that nobody could watch for a while
     * begins again; after a rollback there is none.
     */
    public static TakeoverStatus remembered(Plan plan) {
        World world = plan.situation().world();
        TakeoverStatus before =
                Objects.requireNonNullElseGet(world.tier().getStatus().takeover(), TakeoverStatus::none);
        if (plan.direction() == Direction.ROLLBACK) {
            return before.withSoak(null, null);
        }
        return plan.outcome(Soak.class)
                .filter(soak -> !soak.done() && soak.refusal().isEmpty())
                .map(soak -> soak.lookAgainAt().isEmpty()
                        ? before.withSoak(before.soakStartTime(), null)
                        : before.withSoak(started(world).orElse(world.now()).toString(), world.leader()))
                .orElse(before);
    }

    /** When the soak that this leader watches began. */
    private static Optional<Instant> started(World world) {
        return Optional.ofNullable(world.tier().getStatus().takeover())
                .filter(t -> world.leader().equals(t.soakLeader()))
                .map(TakeoverStatus::soakStartTime)
                .map(Instant::parse)
                .filter(since -> sinceRollback(world, since));
    }

    /** Whether what was reported then is of this attempt, and not of one that was rolled back. */
    private static boolean sinceRollback(World world, Instant reported) {
        return world.originals()
                .flatMap(Originals::rollback)
                .filter(r -> !reported.isAfter(r.at()))
                .isEmpty();
    }

    /** Whether whoever does not serve yet is about to: what has not begun to serve has not stopped. */
    private static boolean joining(Situation situation) {
        var absent = situation.choice().active().stream()
                .filter(m -> !situation.traffic().serves(m))
                .toList();
        return !absent.isEmpty()
                && absent.stream().allMatch(m -> situation.traffic().servesAt(m).isPresent());
    }

    /** Pods that make way for newer ones have not failed; the DaemonSet's controller says when none is left. */
    private static boolean rolledOut(Situation situation) {
        return !Rollout.of(situation).underWay() && counted(situation);
    }

    private static boolean counted(Situation situation) {
        return situation
                .world()
                .workload()
                .filter(w -> w.getStatus() != null && w.getStatus().getObservedGeneration() != null)
                .filter(w -> w.getStatus().getObservedGeneration()
                                < w.getMetadata().getGeneration()
                        || Objects.requireNonNullElse(w.getStatus().getUpdatedNumberScheduled(), 0)
                                < Objects.requireNonNullElse(w.getStatus().getCurrentNumberScheduled(), 0))
                .isEmpty();
    }

    private static Optional<String> amiss(Situation situation) {
        var began = started(situation.world());
        return situation.choice().active().stream()
                .filter(m -> !situation.traffic().serves(m))
                // One that has joined since, as replicas were raised, has not stopped.
                .filter(m -> m.claimedAt()
                        .filter(at -> began.filter(b -> !at.isBefore(b)).isPresent())
                        .isEmpty())
                .map(Member::name)
                .findFirst()
                .map("member %s stopped serving during the soak"::formatted)
                .map(what -> situation
                        .objection()
                        .map(o -> what + "; " + o.message())
                        .orElse(what))
                .or(() -> Guard.firstBroken(situation.world()).map(Refusal::message))
                .or(() -> addressLost(situation.world()));
    }

    /** DNS records follow the addresses that Ingresses publish, so that losing one is an outage to come. */
    private static Optional<String> addressLost(World world) {
        Set<String> ours =
                world.attachable().stream().flatMap(s -> s.addresses().stream()).collect(Collectors.toSet());
        return started(world)
                .flatMap(since -> world.losses().stream()
                        .filter(loss -> !loss.at().isBefore(since))
                        .filter(loss -> !Collections.disjoint(loss.lost(), ours))
                        .min(Comparator.comparing(AddressLoss::ingress)))
                .map(loss -> "Ingress %s lost its address %s during the soak"
                        .formatted(loss.ingress(), String.join(", ", new TreeSet<>(loss.lost()))));
    }

    private static boolean retiring(World world) {
        return world.originals().flatMap(o -> o.retired()).isPresent()
                || world.attachable().stream().anyMatch(s -> s.annotations().containsKey(Marks.NARROWED_AT));
    }

    /** How it was passed, in the words that were found then: no later pass knows better. */
    private static Optional<String> passed(World world) {
        return world.tier()
                .getStatus()
                .condition(ConditionType.Soaked)
                .filter(c -> "True".equals(c.getStatus()))
                .filter(c -> sinceRollback(world, Instant.parse(c.getLastTransitionTime())))
                .map(Condition::getMessage);
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
