package io.ingresstier.plan;

import io.ingresstier.api.PlannedAction;
import io.ingresstier.balancer.Backends;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Guard;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Action;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The writes of a {@link Forecast} while it is made. */
final class Course {

    private final List<PlannedAction> writes = new ArrayList<>();
    private boolean awaitsApproval;

    Course(boolean awaitsApproval) {
        this.awaitsApproval = awaitsApproval;
    }

    List<PlannedAction> writes() {
        return writes;
    }

    /** Notes the writes of a plan; the picture right after them, at the worst. */
    World carryOut(Plan plan) {
        World picture = plan.situation().world();
        for (Action action : plan.actions()) {
            World after = picture.after(action);
            writes.add(entry(plan, action, detail(action), backends(picture), backends(after), null));
            picture = after;
        }
        return picture;
    }

    /** The first write to a Service is the one that approval is asked for. */
    private String detail(Action action) {
        if (!awaitsApproval || !(action instanceof ServiceAction)) {
            return Detail.of(action);
        }
        awaitsApproval = false;
        return Detail.of(action) + "; once it is approved";
    }

    /** How a course ends on a plan after which nothing happens any more. */
    Forecast.Ending end(Plan plan) {
        World world = plan.situation().world();
        Optional<Refusal> first = Optional.empty();
        for (Action action : Planner.wanted(plan.looked())) {
            Optional<Refusal> refusal = Guard.judge(world, action);
            if (refusal.isPresent()) {
                String message = refusal.get().message();
                writes.add(entry(
                        plan,
                        action,
                        message,
                        backends(world),
                        null,
                        refusal.get().by()));
                first = first.or(() -> refusal);
            }
        }
        return first.map(Refusal::message)
                .or(() -> plan.current().map(looked -> stops(looked, world)))
                .<Forecast.Ending>map(Forecast.Ending.Held::new)
                .orElseGet(Forecast.Ending.Reached::new);
    }

    /** A step that wants to write nothing and is not done. */
    private String stops(Looked looked, World world) {
        Outcome outcome = looked.outcome();
        writes.add(new PlannedAction(
                looked.step().name(),
                null,
                null,
                outcome.message(),
                backends(world),
                null,
                outcome.reason().name()));
        return outcome.message();
    }

    private static PlannedAction entry(
            Plan plan,
            Action action,
            String detail,
            @Nullable Integer before,
            @Nullable Integer after,
            @Nullable String refusedBy) {
        String step = plan.looked().stream()
                .filter(looked -> looked.outcome().actions().contains(action))
                .map(looked -> looked.step().name())
                .findFirst()
                .orElseThrow();
        return new PlannedAction(
                step, action.name(), action.kind() + " " + action.object(), detail, before, after, refusedBy);
    }

    /** Backends of the Service with the fewest; none where they cannot be told. */
    private static @Nullable Integer backends(World world) {
        var traffic = TrafficView.of(world);
        return traffic.guarded().stream()
                .flatMap(service -> traffic.backends(service).stream())
                .filter(Backends::known)
                .map(backends -> backends.everywhere().size())
                .min(Integer::compareTo)
                .orElse(null);
    }
}
