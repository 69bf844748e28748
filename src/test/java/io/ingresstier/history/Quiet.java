package io.ingresstier.history;

import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * I8: once the tier is said to be ready and nothing is under way, the operator writes nothing, its status included,
 * until somebody else changes something. A pass that had begun before may still say that all is well, so that what is
 * written right after the change counts as the answer to it. Judged while there is one tier: a write does not say for
 * which it was made.
 */
final class Quiet implements Judge {

    /** More than any pass takes, on a machine that stands still for seconds; {@code QuietIT} looks for a minute. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private boolean converged;
    private Instant disturbed = Instant.MIN;

    @Override
    public String invariant() {
        return "I8";
    }

    @Override
    public Stream<String> see(Change change) {
        boolean alone = change.after().world().claims().isEmpty();
        Instant at = change.revision().at();
        boolean noise = converged && alone && change.ours() && at.isAfter(disturbed.plus(ANSWER));
        if (Disturbance.by(change) || !alone) {
            converged = false;
            disturbed = at;
        }
        // What the status says was true when it was written, and not after somebody has changed something.
        if (change.ours() && change.revision().object() instanceof IngressTier) {
            converged = converged(change.after().world().tier());
        }
        return noise ? Stream.of("the tier had converged and the operator writes") : Stream.of();
    }

    private static boolean converged(IngressTier tier) {
        return tier.getMetadata().getDeletionTimestamp() == null
                && tier.getMetadata().getGeneration().equals(tier.getStatus().observedGeneration())
                && is(tier, ConditionType.Ready, "True")
                && !is(tier, ConditionType.Reconciling, "True")
                // One that does not serve is replaced in time, with nobody's help.
                && tier.getStatus().nodes().stream().allMatch(n -> n.state() == NodeState.Serving);
    }

    private static boolean is(IngressTier tier, ConditionType type, String status) {
        return tier.getStatus()
                .condition(type)
                .filter(c -> status.equals(c.getStatus()))
                .isPresent();
    }
}
