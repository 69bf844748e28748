package io.ingresstier.plan;

import io.ingresstier.api.Reason;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Action;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.Originals;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * No pod of the incumbent runs, and no Service is narrowed. The way there: narrow the selectors so that its pods leave
 * the endpoints, wait for the balancer and for what is in flight, record the decision, one write to zero, widen.
 */
public record Retire() implements Step {

    private static final String SCALED = "scaled";

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        List<ServiceView> narrowed = world.attachable().stream()
                .filter(s -> s.annotations().containsKey(Marks.NARROWED_AT))
                .toList();
        Optional<IncumbentView> running = world.incumbent().filter(i -> i.replicas() > 0);
        if (running.isEmpty() && world.incumbentPods().isEmpty()) {
            return narrowed.isEmpty()
                    ? Outcome.done(Reason.TakenOver, Reason.TakenOver.sentence())
                    : Outcome.act(
                            Reason.Retiring,
                            "the selectors are being put back",
                            narrowed.stream()
                                    .map(ServiceAction.WidenSelector::new)
                                    .toList());
        }
        if (running.isEmpty()) {
            return Outcome.await(Reason.Retiring, "the incumbent's pods are stopping", Optional.empty());
        }
        Optional<IncumbentView> newcomer = new Bootstrap(world).newcomer();
        if (newcomer.isPresent()) {
            return Outcome.refuse(new Refusal(name(), Reason.IncumbentNotRecorded, cameLater(newcomer.get())));
        }
        if (situation.objection().isPresent()) {
            return Outcome.refuse(situation.objection().get());
        }
        Rollout rollout = Rollout.of(situation);
        if (rollout.underWay()) {
            // Nobody knows yet whether the new template works, and members are out in turn.
            return Outcome.await(Reason.RollingOut, rollout.message(), Optional.empty());
        }
        List<Member> joining = situation.choice().keep().stream()
                .filter(m -> !situation.traffic().serves(m))
                .toList();
        if (!joining.isEmpty()) {
            // The guards would refuse, and no event tells when a pod that started anew counts as serving.
            return Outcome.await(
                    Reason.Joining,
                    "the balancer is taking in " + joining.getFirst().name(),
                    joining.stream()
                            .flatMap(m -> situation.traffic().servesAt(m).stream())
                            .max(Instant::compareTo));
        }
        return retire(situation, running.get(), narrowed);
    }

    private static String cameLater(IncumbentView newcomer) {
        return "Deployment %s came after the tier had begun without one and runs %d replicas"
                .formatted(newcomer.key(), newcomer.replicas());
    }

    private static Outcome retire(Situation situation, IncumbentView incumbent, List<ServiceView> narrowed) {
        World world = situation.world();
        List<ServiceView> wide = world.attachable().stream()
                .filter(s -> !s.annotations().containsKey(Marks.NARROWED_AT))
                .toList();
        if (!wide.isEmpty()) {
            return narrow(world, wide);
        }
        Instant end = narrowed.stream()
                .flatMap(s -> s.time(Marks.NARROWED_AT).stream())
                .max(Instant::compareTo)
                .orElse(world.now())
                .plus(situation.traffic().followBound())
                .plus(situation.traffic().drainWindow());
        if (end.isAfter(world.now())) {
            return Outcome.await(
                    Reason.Retiring, "what the incumbent still holds may end until " + end, Optional.of(end));
        }
        // Somebody else put a selector back; tried again no sooner than the window, so that no two writers race.
        List<ServiceView> widened = narrowed.stream()
                .filter(s -> !world.name().equals(s.selector().get(Marks.TIER)))
                .toList();
        if (!widened.isEmpty()) {
            return narrow(world, widened);
        }
        var actions = new ArrayList<Action>();
        world.originals()
                .filter(o -> o.retired().isEmpty())
                .ifPresent((Originals o) -> actions.add(new OriginalsAction.RecordRetired(o, SCALED)));
        actions.add(new IncumbentAction.ScaleIncumbent(incumbent));
        return Outcome.act(Reason.Retiring, "the incumbent is being scaled to zero", actions);
    }

    private static Outcome narrow(World world, List<ServiceView> services) {
        return Outcome.act(
                Reason.Retiring,
                "the incumbent's pods are being taken out of the Services",
                services.stream()
                        .map(s -> new ServiceAction.NarrowSelector(s, world.name(), world.now()))
                        .toList());
    }
}
