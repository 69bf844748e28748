package io.ingresstier.apply;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.world.World;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the status as a whole, and only when it says something new: a converged tier is quiet. */
public final class StatusWriter {

    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Applier.FIELD_MANAGER)
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final OwnWrites ownWrites;
    private final BooleanSupplier leading;

    /** @param leading asked before every request: no write outside the lease */
    public StatusWriter(KubernetesClient client, OwnWrites ownWrites, BooleanSupplier leading) {
        this.client = client;
        this.ownWrites = ownWrites;
        this.leading = leading;
    }

    /**
     * Writes the status where it differs. One that cannot be written is logged, and comes again with the next change.
     */
    public void write(World world, IngressTierStatus status) {
        if (status.equals(world.tier().getStatus()) || !leading.getAsBoolean()) {
            return;
        }
        var tier = new IngressTier();
        tier.setMetadata(new ObjectMetaBuilder().withName(world.name()).build());
        tier.setStatus(status);
        try {
            IngressTier written = client.resource(tier).subresource("status").patch(APPLY);
            ownWrites.made(
                    "IngressTier/" + world.name(),
                    Optional.of(written.getMetadata().getResourceVersion()),
                    true,
                    world.now());
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue("tier", world.name())
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("status not written");
        }
    }
}
