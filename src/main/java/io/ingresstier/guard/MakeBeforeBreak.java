package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.Member;
import io.ingresstier.world.PodView;
import io.ingresstier.world.WorkloadAction;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Optional;

/**
 * I2: the incumbent goes only when the members serve and the decision is recorded, and the members only when it is
 * back.
 */
public record MakeBeforeBreak() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        World world = judgement.before();
        TrafficView traffic = judgement.trafficBefore();
        return switch (judgement.action()) {
            case IncumbentAction.ScaleIncumbent a -> {
                List<Member> members = world.members();
                long serving = members.stream().filter(traffic::serves).count();
                if (serving < world.tier().getSpec().nodes().replicas()) {
                    yield refuse(
                            Reason.NotProven,
                            "%s: %d of %d members serve"
                                    .formatted(
                                            a.sentence(),
                                            serving,
                                            world.tier().getSpec().nodes().replicas()));
                }
                yield world.originals().flatMap(o -> o.retired()).isPresent()
                        ? Optional.empty()
                        : refuse(Reason.NotProven, a.sentence() + ": the decision to retire it is not recorded");
            }
            case WorkloadAction.DeleteWorkload a
            when world.incumbent().isPresent() && world.incumbentPods().stream().noneMatch(PodView::serving) ->
                refuse(Reason.NotProven, a.sentence() + ": no pod of the incumbent is ready");
            default -> Optional.empty();
        };
    }
}
