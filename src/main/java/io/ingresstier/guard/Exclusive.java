package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import java.util.Optional;

/** I6: a node belongs to at most one tier. */
public record Exclusive() implements Guard {

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        if (!(judgement.action() instanceof NodeAction.ClaimNode claim)) {
            return Optional.empty();
        }
        return Optional.ofNullable(claim.node().annotations().get(Marks.TIER))
                .filter(tier -> !tier.equals(claim.tier()))
                .or(() -> judgement.before().claims().stream()
                        .filter(c -> claim.node().labelled(c.labelKey(), c.labelValue()))
                        .map(c -> c.tier())
                        .findFirst())
                .flatMap(tier ->
                        refuse(Reason.LabelClaimed, "node %s belongs to tier %s".formatted(claim.object(), tier)));
    }
}
