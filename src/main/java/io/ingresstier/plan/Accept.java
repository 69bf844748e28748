package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.Condition;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Reason;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Does the spec fit the cluster? Before the first write a no stops everything; later it stops Attach and Retire only.
 */
public record Accept() implements Step {

    @Override
    public Outcome look(Situation situation) {
        return situation
                .objection()
                .map(refusal -> {
                    var refused = Outcome.refuse(refusal).until(Optional.of(deadline(situation.world())));
                    return situation.started() ? refused.letPass() : refused;
                })
                .orElseGet(() -> accepted(situation.concerns()));
    }

    /**
     * Accepted, with what people must know in the message and the first of it as the reason: as Gateway API accepts a
     * Gateway for the reason {@code ListenersNotValid}.
     */
    private static Outcome accepted(List<Concern> concerns) {
        Reason reason = concerns.stream().map(Concern::reason).findFirst().orElse(Reason.Accepted);
        var sentences = Stream.concat(
                Stream.of(Reason.Accepted.sentence()), concerns.stream().map(Concern::message));
        return Outcome.done(reason, sentences.collect(Collectors.joining(" ")));
    }

    /** Until when the cluster may come round to a spec that does not fit it yet. */
    public static Instant deadline(World world) {
        return world.tier()
                .getStatus()
                .condition(ConditionType.Accepted)
                .filter(c -> "False".equals(c.getStatus()))
                .map(Condition::getLastTransitionTime)
                .map(Instant::parse)
                .orElse(world.now())
                .plusSeconds(world.tier().getSpec().rollout().progressDeadlineSeconds());
    }
}
