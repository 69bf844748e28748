package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Departure;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import java.util.Optional;

/**
 * I4: at most one member is excluded or detached and not yet drained; read off the cluster, so that no restart forgets
 * it. A member that does not answer serves nobody, so that taking it out need not wait, and nobody waits for it.
 */
public record OneAtATime() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        return leaver(judgement)
                .filter(name -> judgement.before().members().stream()
                        .noneMatch(m -> m.silent() && m.name().equals(name)))
                .flatMap(name -> judgement.before().members().stream()
                        .filter(Member::leaving)
                        .filter(m -> !m.silent() && !m.name().equals(name))
                        .filter(m -> judgement.stage(m) != Departure.Stage.DRAINED)
                        .findFirst())
                .flatMap(other -> refuse(
                        Reason.OneAtATime,
                        "%s: node %s is still on its way out"
                                .formatted(judgement.action().sentence(), other.name())));
    }

    private static Optional<String> leaver(Judgement judgement) {
        return switch (judgement.action()) {
            case NodeAction.ExcludeNode a -> Optional.of(a.node().name());
            // Whose pod is not ready serves nobody either.
            case PodAction.DetachPod a ->
                judgement
                        .memberOf(a.pod())
                        .filter(m -> judgement.stage(m) != Departure.Stage.DRAINED)
                        .findFirst()
                        .map(Member::name);
            case PodAction.RestartPod a -> Optional.of(a.pod().nodeName());
            // Until its node is included again it is on its way out as before, and not drained any more.
            case PodAction.AttachPod a ->
                judgement.after().members().stream()
                        .filter(Member::leaving)
                        .map(Member::name)
                        .filter(a.pod().nodeName()::equals)
                        .findFirst();
            default -> Optional.empty();
        };
    }
}
