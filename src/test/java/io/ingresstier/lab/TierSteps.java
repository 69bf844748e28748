package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows a tier and notes when its step changed, as its conditions say. */
final class TierSteps implements AutoCloseable {

    private final List<Phase> phases = new ArrayList<>();
    private final SharedIndexInformer<IngressTier> tiers;
    private String step = "before";
    private Instant since = Instant.now();
    private Optional<IngressTier> tier = Optional.empty();

    TierSteps(KubernetesClient client) {
        this.tiers = client.resources(IngressTier.class).runnableInformer(0);
        tiers.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(IngressTier added) {
                see(Optional.of(added));
            }

            @Override
            public void onUpdate(IngressTier before, IngressTier after) {
                see(Optional.of(after));
            }

            @Override
            public void onDelete(IngressTier deleted, boolean unknown) {
                see(Optional.empty());
            }
        });
        tiers.run();
    }

    /** The tier as last seen; empty before it was made and after it is gone. */
    synchronized Optional<IngressTier> tier() {
        return tier;
    }

    /** Whether the tier is Ready at its current generation. */
    synchronized boolean ready() {
        return tier.filter(t -> condition(t, ConditionType.Ready)
                        .filter(c -> "True".equals(c.getStatus()))
                        .filter(c -> t.getMetadata().getGeneration().equals(c.getObservedGeneration())
                                || t.getMetadata()
                                        .getGeneration()
                                        .equals(t.getStatus().observedGeneration()))
                        .isPresent())
                .isPresent();
    }

    /** Whether a soak is being watched, and not only waited for. */
    synchronized boolean soaking() {
        return step.equals(Reason.Soaking.name())
                && tier.flatMap(t -> Optional.ofNullable(t.getStatus().takeover()))
                        .filter(takeover -> takeover.soakStartTime() != null)
                        .isPresent();
    }

    /** The step under way, in a word. */
    synchronized String step() {
        return step;
    }

    /** The phases so far, the one under way as its last. */
    synchronized List<Phase> phases() {
        var all = new ArrayList<>(phases);
        all.add(new Phase(step, since, Instant.now()));
        return all;
    }

    @Override
    public void close() {
        tiers.stop();
    }

    private synchronized void see(Optional<IngressTier> seen) {
        tier = seen;
        String now = seen.map(TierSteps::step).orElse("after");
        if (!now.equals(step)) {
            Instant at = Instant.now();
            phases.add(new Phase(step, since, at));
            step = now;
            since = at;
        }
    }

    private static String step(IngressTier tier) {
        String going = tier.getMetadata().getDeletionTimestamp() == null ? "" : "deleted: ";
        return going
                + condition(tier, ConditionType.Stalled)
                        .filter(c -> "True".equals(c.getStatus()))
                        .map(c -> "Stalled " + c.getReason())
                        .or(() -> condition(tier, ConditionType.Reconciling)
                                .filter(c -> "True".equals(c.getStatus()))
                                .map(Condition::getReason))
                        .or(() -> condition(tier, ConditionType.Ready).map(Condition::getReason))
                        .orElse("seen by nobody yet");
    }

    private static Optional<Condition> condition(IngressTier tier, ConditionType type) {
        return Optional.ofNullable(tier.getStatus()).flatMap(s -> s.condition(type));
    }
}
