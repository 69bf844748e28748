package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Reach;
import io.ingresstier.world.Claim;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.Optional;

/**
 * I16: no write takes the last backend from a LoadBalancer Service that the tier does not serve, for nodes are shared;
 * nor so many from another tier's Service that fewer than its {@code minAvailable} are left: until it has taken over,
 * its Deployment serves from any node.
 */
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
                            floor(judgement.before(), s),
                            before.keptIn(judgement.trafficAfter().reach(s)));
                })
                .findFirst()
                .flatMap(s -> refuse(
                        Reason.StrangersHurt,
                        "%s: Service %s, which this tier does not serve, would lose its last backend, or keep fewer than its own tier asks for"
                                .formatted(judgement.action().sentence(), s.key())));
    }

    private static int floor(World world, ServiceView stranger) {
        return world.claims().stream()
                .filter(claim -> claim.services().contains(stranger.key()))
                .mapToInt(Claim::minAvailable)
                .max()
                .orElse(1);
    }
}
