package io.ingresstier.plan;

import io.ingresstier.world.Action;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.ServiceOriginal;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Nothing carries a mark of the tier any more. Where things are put back, connection draining goes with the marks, now
 * that every member has left; where they are retained, what the balancer is told stays, and who was on its way out
 * comes back: its pod into the Services first, then its node into the balancer.
 */
public record Unmark() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        Direction direction = situation.direction();
        var actions = new ArrayList<Action>();
        switch (direction) {
            case FORWARD, ROLLBACK, RESTORE ->
                world.written().stream().map(s -> restored(situation, s)).forEach(actions::add);
            case RETAIN, FORCED -> {
                List<PodAction.AttachPod> attached = attached(situation);
                Set<String> coming = new TreeSet<>();
                attached.forEach(a -> coming.add(a.pod().nodeName()));
                world.written().stream().map(ServiceAction.UnmarkService::new).forEach(actions::add);
                actions.addAll(attached);
                situation.members().stream()
                        .filter(m -> m.claimed() || m.excludedAt().isPresent())
                        .filter(m -> direction == Direction.FORCED || !coming.contains(m.name()))
                        .map(Member::node)
                        .map(n -> new NodeAction.RemoveMarks(n, Optional.empty()))
                        .forEach(actions::add);
            }
            // The Services go with the namespace; of the members those are left whose label was there before.
            case VACATE ->
                situation.members().stream()
                        .filter(Member::claimed)
                        .map(m -> new NodeAction.RemoveMarks(m.node(), Optional.empty()))
                        .forEach(actions::add);
        }
        world.nodes().values().stream()
                // What is tried again later must not choose them.
                .filter(n -> world.deleted())
                .filter(n -> !n.annotations().containsKey(Marks.TIER))
                .filter(n -> n.annotations().getOrDefault(Marks.FAILED, "").startsWith(NodeChoice.failure(world, "")))
                .map(n -> new NodeAction.RemoveMarks(n, Optional.empty()))
                .forEach(actions::add);
        if (actions.isEmpty()) {
            return Outcome.done(direction.reason(), "nothing carries a mark of the tier");
        }
        var outcome = Outcome.act(direction.reason(), "the tier's marks are being removed", actions);
        return direction == Direction.FORCED ? outcome.letPass() : outcome;
    }

    /** One that was never recorded cannot be put back: what the balancer is told then stays. */
    private static Action restored(Situation situation, ServiceView service) {
        return situation
                .world()
                .recorded()
                .flatMap(o -> o.service(service.key()))
                .map(found -> restored(situation, service, found))
                .orElseGet(() -> new ServiceAction.UnmarkService(service));
    }

    private static Action restored(Situation situation, ServiceView service, ServiceOriginal found) {
        var draining = new TreeSet<>(found.owned());
        draining.removeAll(Record.selectionKeys(situation));
        Set<String> written = ServiceAction.drainingWritten(service)
                .orElseGet(() -> Set.copyOf(situation
                        .traffic()
                        .rules()
                        .draining(situation.traffic().drainWindow())
                        .values()));
        // What somebody else wrote since stays.
        draining.removeIf(key -> !service.annotations().containsKey(key)
                || !written.contains(service.annotations().get(key)));
        boolean turnedOn = service.annotations().containsKey(Marks.DRAINING_ON_AT);
        return new ServiceAction.RestoreDraining(service, turnedOn ? found.putBack(draining) : Map.of());
    }

    /** Pods that were taken out of their Services, or came back into them, and stay now. */
    private static List<PodAction.AttachPod> attached(Situation situation) {
        return situation.world().tierPods().stream()
                .filter(p -> p.annotations().containsKey(Marks.DETACHED_AT)
                        || p.annotations().containsKey(Marks.ATTACHED_AT))
                .filter(p -> !p.terminating())
                .map(p -> new PodAction.AttachPod(p, situation.traffic().selectorLabels(), Optional.empty()))
                .toList();
    }
}
