package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Reach;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.Optional;

/**
 * I1: for every balancer Service that selects the tier's pods, and for each of its ports, what can be reached both
 * before and after a write is never fewer than {@code minAvailable}, or than what there was. Counting what survives the
 * write needs no memory of what was reached before. Silent members do not count, but for the one that is taken out.
 */
public record NeverEmpty() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement asked) {
        if (!asked.action().takesAway()) {
            return Optional.empty();
        }
        Judgement judgement = asked.believing();
        int floor = Floor.of(judgement.before());
        return judgement.trafficBefore().guarded().stream()
                .flatMap(s -> judge(judgement, s, floor).stream())
                .findFirst();
    }

    private Optional<Refusal> judge(Judgement judgement, ServiceView service, int floor) {
        Reach before = judgement.trafficBefore().reach(service);
        Optional<ServiceView> changed =
                Optional.ofNullable(judgement.after().services().get(service.key()));
        if (changed.isEmpty()) {
            return Optional.empty();
        }
        Reach after = judgement.trafficAfter().reach(changed.get());
        String what = judgement.action().sentence();
        if (!before.known() || !after.known()) {
            String problem = judgement
                    .trafficBefore()
                    .backends(service)
                    .flatMap(b -> b.problem())
                    .or(() -> judgement.trafficAfter().backends(changed.get()).flatMap(b -> b.problem()))
                    .orElse("");
            return refuse(
                    Reason.BackendsUnknown,
                    "%s: the backends of Service %s cannot be told: %s".formatted(what, service.key(), problem));
        }
        Reach kept = before.keptIn(after);
        if (before.keeps(floor, kept)) {
            return Optional.empty();
        }
        return refuse(
                kept.least() == 0 ? Reason.WouldEmptyBackends : Reason.MinAvailableHeld,
                "%s: Service %s would keep %d of %d backends; %d must serve"
                        .formatted(what, service.key(), kept.least(), before.least(), floor));
    }

    @Override
    public Optional<Refusal> broken(World world) {
        var traffic = io.ingresstier.balancer.TrafficView.of(world);
        for (ServiceView service : world.attachable()) {
            Reach reach = traffic.reach(service);
            if (reach.known() && reach.least() < Floor.minAvailable(world)) {
                return refuse(
                        reach.least() == 0 ? Reason.WouldEmptyBackends : Reason.MinAvailableHeld,
                        "Service %s has %d backends that serve; %d must"
                                .formatted(service.key(), reach.least(), Floor.minAvailable(world)));
            }
            if (!reach.known()) {
                return refuse(
                        Reason.BackendsUnknown,
                        "the backends of Service %s cannot be told: %s"
                                .formatted(
                                        service.key(),
                                        traffic.backends(service)
                                                .flatMap(b -> b.problem())
                                                .orElse("")));
            }
        }
        return Optional.empty();
    }
}
