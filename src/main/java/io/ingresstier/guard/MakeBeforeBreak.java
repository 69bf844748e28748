package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.world.Action;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.WorkloadAction;
import io.ingresstier.world.World;
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
            // The record comes with the act: a decision that cannot be carried out is not recorded either.
            case OriginalsAction.RecordRetired a -> proven(world, traffic, a);
            case IncumbentAction.ScaleIncumbent a ->
                proven(world, traffic, a)
                        .or(() -> world.originals().flatMap(o -> o.retired()).isPresent()
                                ? Optional.empty()
                                : refuse(
                                        Reason.NotProven,
                                        a.sentence() + ": the decision to retire it is not recorded"));
            case WorkloadAction.DeleteWorkload a
            when served(world) && world.incumbentPods().stream().noneMatch(PodView::serving) ->
                refuse(Reason.NotProven, a.sentence() + ": no pod of the incumbent is ready");
            default -> Optional.empty();
        };
    }

    private Optional<Refusal> proven(World world, TrafficView traffic, Action action) {
        int replicas = world.tier().getSpec().nodes().replicas();
        long serving = world.members().stream().filter(traffic::serves).count();
        return serving >= replicas
                ? Optional.empty()
                : refuse(
                        Reason.NotProven, "%s: %d of %d members serve".formatted(action.sentence(), serving, replicas));
    }

    /** Whether the incumbent that is there had pods when it was found. */
    private static boolean served(World world) {
        return world.incumbent().isPresent()
                && world.originals().flatMap(o -> o.incumbentReplicas()).orElse(0) > 0;
    }
}
