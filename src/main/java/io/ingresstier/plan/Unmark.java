package io.ingresstier.plan;

import io.ingresstier.api.Reason;
import io.ingresstier.world.Action;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Nothing carries a mark of the tier any more. Where things are put back, connection draining goes with the marks, now
 * that every member has left; where they are retained, what the balancer is told stays.
 */
public record Unmark() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        boolean restore = Direction.of(world) == Direction.RESTORE;
        var actions = new ArrayList<Action>();
        world.attachable().stream()
                .filter(World::marked)
                .flatMap(s -> unmark(situation, s, restore).stream())
                .forEach(actions::add);
        if (!restore) {
            situation.members().stream()
                    .filter(Member::claimed)
                    .map(Unmark::unmark)
                    .forEach(actions::add);
        }
        return actions.isEmpty()
                ? Outcome.done(Reason.Restoring, "nothing carries a mark of the tier")
                : Outcome.act(
                        restore ? Reason.Restoring : Reason.Retaining, "the tier's marks are being removed", actions);
    }

    private static Optional<Action> unmark(Situation situation, ServiceView service, boolean restore) {
        if (!restore) {
            return Optional.of(new ServiceAction.UnmarkService(service));
        }
        return situation
                .world()
                .originals()
                .flatMap(o -> o.service(service.key()))
                .map(found -> {
                    var draining = new TreeSet<>(found.owned());
                    draining.removeAll(Record.selectionKeys(situation));
                    boolean turnedOn = service.annotations().containsKey(Marks.DRAINING_ON_AT);
                    return new ServiceAction.RestoreDraining(
                            service, turnedOn ? found.putBack(draining) : java.util.Map.of());
                });
    }

    private static Action unmark(Member member) {
        return member.excludedAt().isPresent()
                ? new NodeAction.IncludeNode(member.node())
                : new NodeAction.RemoveMarks(member.node(), Optional.empty());
    }
}
