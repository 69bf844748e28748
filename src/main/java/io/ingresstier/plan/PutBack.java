package io.ingresstier.plan;

import io.ingresstier.world.Action;
import io.ingresstier.world.Marks;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The balancers use what they used before, and have taken it over. Connection draining stays on: the members have yet
 * to leave, and without it their connections would be cut.
 */
public record PutBack() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        List<ServiceView> ours = world.written().stream()
                .filter(s -> world.originals().flatMap(o -> o.service(s.key())).isPresent())
                .filter(s -> !s.terminating())
                .toList();
        if (ours.isEmpty()) {
            return Outcome.done(situation.direction().reason(), "no Service was changed");
        }
        List<Action> actions = ours.stream()
                .filter(s -> s.time(Marks.RESTORED_AT).isEmpty())
                .flatMap(s -> restore(situation, s).stream())
                .toList();
        return actions.isEmpty()
                ? Settle.settled(situation, balanced(ours), Marks.RESTORED_AT, name())
                        .orElseGet(() ->
                                Outcome.done(situation.direction().reason(), "the Services are as they were found"))
                : Outcome.act(situation.direction().reason(), "the Services are being put back", actions);
    }

    /** Where somebody made it another type there is no balancer that would take anything over. */
    private static List<ServiceView> balanced(List<ServiceView> services) {
        return services.stream().filter(ServiceView::loadBalancer).toList();
    }

    /** Keys that still say what the tier wrote; what somebody else made of the others stays. */
    private static Set<String> ours(Situation situation, ServiceView service) {
        return Attach.selection(situation).entrySet().stream()
                .filter(e -> e.getValue().equals(service.annotations().get(e.getKey())))
                .map(e -> e.getKey())
                .collect(Collectors.toSet());
    }

    private static Optional<Action> restore(Situation situation, ServiceView service) {
        World world = situation.world();
        return world.originals()
                .flatMap(o -> o.service(service.key()))
                .map(found -> new ServiceAction.RestoreService(
                        service,
                        found.putBack(ours(situation, service)),
                        world.now(),
                        situation.traffic().rules().syncHash(service)));
    }
}
