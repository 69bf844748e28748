package io.ingresstier.operator;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.ConnectionDraining;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.IngressTierSpec;
import io.ingresstier.api.Probing;
import io.ingresstier.api.Reason;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A tier on the API server, as a test acts on it and waits for it. */
record LiveTier(KubernetesClient client, String name) {

    /** For a takeover on a machine that does other things too: only a test that fails waits so long. */
    private static final int PATIENCE_SECONDS = 120;

    /** Three members, and the shortest waits that the API lets pass. */
    static IngressTierSpec quick() {
        return IngressTierSpec.defaults()
                // Nobody listens at the addresses of pods that only a played kubelet runs: the operator would ask
                // whoever has them beyond this machine's default route.
                .withNodes(n -> n.withReplicas(3).withProbing(Probing.Disabled))
                .withRollout(r -> r.withMinReadySeconds(0).withSoakSeconds(2).withDrainSeconds(1))
                .withLoadBalancer(b ->
                        b.withConnectionDraining(ConnectionDraining.Disabled).withSettleSeconds(2));
    }

    /** Creates a quick tier, changed. */
    static LiveTier create(KubernetesClient client, String name, UnaryOperator<IngressTierSpec> change) {
        var tier = new IngressTier();
        tier.getMetadata().setName(name);
        tier.setSpec(change.apply(quick()));
        client.resource(tier).create();
        return new LiveTier(client, name);
    }

    static LiveTier create(KubernetesClient client) {
        return create(client, "default", spec -> spec);
    }

    Resource<IngressTier> resource() {
        return client.resources(IngressTier.class).withName(name);
    }

    IngressTier get() {
        return resource().require();
    }

    Condition condition(ConditionType type) {
        return get().getStatus().condition(type).orElseThrow(() -> new AssertionError("no condition " + type));
    }

    /** The nodes that carry the role label. */
    Set<String> members() {
        return client.nodes().withLabel("node-role.kubernetes.io/ingress", "true").list().getItems().stream()
                .map(n -> n.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    /** Waits for Ready=True at the current generation. */
    LiveTier awaitReady() {
        return await(t -> holds(t, ConditionType.Ready, "True")
                && Objects.equals(t.getMetadata().getGeneration(), t.getStatus().observedGeneration()));
    }

    /** Waits until the condition has this status for this reason. */
    LiveTier await(ConditionType type, String status, Reason reason) {
        return await(t -> holds(t, type, status, reason));
    }

    /** Waits until the condition has this status. */
    LiveTier await(ConditionType type, String status) {
        return await(t -> holds(t, type, status));
    }

    LiveTier await(Predicate<IngressTier> seen) {
        try {
            resource().waitUntilCondition(t -> t != null && seen.test(t), PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (RuntimeException e) {
            throw new AssertionError("tier is " + get().getStatus(), e);
        }
        return this;
    }

    /**
     * Begins to watch, before there is a tier, for what may be over before one who created it could look. Completes
     * when the condition has had this status for this reason.
     */
    CompletableFuture<List<IngressTier>> watch(ConditionType type, String status, Reason reason) {
        return resource()
                .informOnCondition(tiers -> tiers.stream().anyMatch(t -> holds(t, type, status, reason)))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void deleteAndAwaitGone() {
        resource().delete();
        // Member after member leaves, each with the time that its balancer and its connections are given.
        resource().waitUntilCondition(Objects::isNull, 3 * PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static boolean holds(IngressTier tier, ConditionType type, String status, Reason reason) {
        return tier.getStatus()
                .condition(type)
                .filter(c -> status.equals(c.getStatus()) && reason.name().equals(c.getReason()))
                .isPresent();
    }

    private static boolean holds(IngressTier tier, ConditionType type, String status) {
        return tier.getStatus()
                .condition(type)
                .filter(c -> status.equals(c.getStatus()))
                .isPresent();
    }
}
