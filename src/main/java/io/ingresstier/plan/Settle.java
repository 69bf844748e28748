package io.ingresstier.plan;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Settlement;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Marks;
import io.ingresstier.world.ServiceView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The balancers have taken the restriction over. Until they have, nothing that takes capacity away goes on. */
public record Settle() implements Step {

    @Override
    public Outcome look(Situation situation) {
        return settled(situation, situation.world().attachable(), Marks.ATTACHED_AT, name())
                .orElseGet(() -> Outcome.done(Reason.BackendsSettled, Reason.BackendsSettled.sentence()));
    }

    /** What there is to wait for until every Service write with this mark was taken over; empty once all were. */
    static Optional<Outcome> settled(Situation situation, List<ServiceView> services, String mark, String step) {
        var due = new ArrayList<Instant>();
        for (ServiceView service : services) {
            Optional<Instant> since = service.time(mark);
            if (since.isEmpty()) {
                return Optional.of(Outcome.await(
                        Reason.Settling, "Service %s is not attached yet".formatted(service.key()), Optional.empty()));
            }
            switch (situation.traffic().settlement(service, since.get())) {
                case Settlement.Settled ignored -> {}
                case Settlement.Waiting waiting -> due.add(waiting.until());
                case Settlement.NotSettling ignored -> {
                    return Optional.of(Outcome.refuse(new Refusal(
                            step,
                            Reason.BalancerNotSettling,
                            "Service %s: the change of %s was not taken over within %d s"
                                    .formatted(
                                            service.key(),
                                            since.get(),
                                            situation.traffic().settleBound().toSeconds()))));
                }
            }
        }
        return due.stream()
                .max(Instant::compareTo)
                .map(until ->
                        Outcome.await(Reason.Settling, "the balancer is given until " + until, Optional.of(until)));
    }
}
