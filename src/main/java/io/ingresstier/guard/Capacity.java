package io.ingresstier.guard;

import io.ingresstier.api.FewerReplicas;
import io.ingresstier.api.Reason;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.World;
import java.util.Optional;

/**
 * Ten autoscaled incumbents do not become two pods unless the spec says so; pods that are ready count, not what is
 * asked for.
 */
public record Capacity() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        boolean moves = judgement.action() instanceof ServiceAction.AttachService
                || judgement.action() instanceof IncumbentAction.ScaleIncumbent;
        World world = judgement.before();
        if (!moves || world.tier().getSpec().rollout().fewerReplicas() == FewerReplicas.Allow) {
            return Optional.empty();
        }
        var silent = world.silent();
        long tier = world.tierPods().stream()
                .filter(p -> p.serving() && !silent.containsKey(p.key()))
                .count();
        long incumbent = world.incumbentPods().stream().filter(PodView::serving).count();
        return tier >= incumbent
                ? Optional.empty()
                : refuse(
                        Reason.FewerReplicas,
                        "%s: the tier has %d ready pods, the incumbent %d; raise nodes.replicas or set rollout.fewerReplicas: Allow"
                                .formatted(judgement.action().sentence(), tier, incumbent));
    }
}
