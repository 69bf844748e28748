package io.ingresstier.plan;

import io.ingresstier.world.Action;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.ServiceOriginal;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.Map;
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
        boolean restore = situation.direction() != Direction.RETAIN;
        var actions = new ArrayList<Action>();
        world.written().stream().map(s -> unmark(situation, s, restore)).forEach(actions::add);
        if (!restore) {
            situation.members().stream()
                    .filter(m -> m.claimed() || m.excludedAt().isPresent())
                    .map(Unmark::unmark)
                    .forEach(actions::add);
        }
        world.nodes().values().stream()
                // What is tried again later must not choose them.
                .filter(n -> world.deleted())
                .filter(n -> !n.annotations().containsKey(Marks.TIER))
                .filter(n -> n.annotations().getOrDefault(Marks.FAILED, "").startsWith(NodeChoice.failure(world, "")))
                .map(n -> new NodeAction.RemoveMarks(n, Optional.empty()))
                .forEach(actions::add);
        return actions.isEmpty()
                ? Outcome.done(situation.direction().reason(), "nothing carries a mark of the tier")
                : Outcome.act(situation.direction().reason(), "the tier's marks are being removed", actions);
    }

    /** One that was never recorded cannot be put back: what the balancer is told then stays. */
    private static Action unmark(Situation situation, ServiceView service, boolean restore) {
        return situation
                .world()
                .originals()
                .flatMap(o -> o.service(service.key()))
                .filter(found -> restore)
                .map(found -> restored(situation, service, found))
                .orElseGet(() -> new ServiceAction.UnmarkService(service));
    }

    private static Action restored(Situation situation, ServiceView service, ServiceOriginal found) {
        var draining = new TreeSet<>(found.owned());
        draining.removeAll(Record.selectionKeys(situation));
        boolean turnedOn = service.annotations().containsKey(Marks.DRAINING_ON_AT);
        return new ServiceAction.RestoreDraining(service, turnedOn ? found.putBack(draining) : Map.of());
    }

    private static Action unmark(Member member) {
        return member.excludedAt().isPresent()
                ? new NodeAction.IncludeNode(member.node(), Optional.empty())
                : new NodeAction.RemoveMarks(member.node(), Optional.empty());
    }
}
