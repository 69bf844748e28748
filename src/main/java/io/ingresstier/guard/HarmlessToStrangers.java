package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Reach;
import java.util.Optional;

/** I16: no write takes the last backend from a LoadBalancer Service that the tier does not serve; nodes are shared. */
public record HarmlessToStrangers() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        if (!judgement.action().takesAway()) {
            return Optional.empty();
        }
        return judgement.trafficBefore().strangers().stream()
                .filter(s -> {
                    Reach before = judgement.trafficBefore().reach(s);
                    return !before.keeps(
                            1, before.keptIn(judgement.trafficAfter().reach(s)));
                })
                .findFirst()
                .flatMap(s -> refuse(
                        Reason.StrangersHurt,
                        "%s: Service %s, which this tier does not serve, would lose its last backend"
                                .formatted(judgement.action().sentence(), s.key())));
    }
}
