package io.ingresstier.apply;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.IngressTier;
import io.ingresstier.world.Action;
import io.ingresstier.world.DrainGuardAction;
import io.ingresstier.world.Edits;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.TierAction;
import io.ingresstier.world.WorkloadAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The one request of each action. */
final class Requests {

    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(Applier.FIELD_MANAGER)
            .build();
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Applier.FIELD_MANAGER)
            .withForce(true)
            .build();

    private final KubernetesClient client;

    Requests(KubernetesClient client) {
        this.client = client;
    }

    /** Sends the action, bound to this revision; the object as it is afterwards, empty if it was deleted. */
    Optional<HasMetadata> send(Action action, String revision) {
        return switch (action) {
            case NodeAction a ->
                patch(
                        new NodeBuilder()
                                .withNewMetadata()
                                .withName(a.node().name())
                                .endMetadata()
                                .build(),
                        MergePatch.of(a.edits(), a.taints(), revision));
            case PodAction.RestartPod a -> delete(a.pod(), revision);
            case PodAction a ->
                patch(new PodBuilder().withMetadata(named(a.pod().key())).build(), MergePatch.of(a.edits(), revision));
            case ServiceAction a ->
                patch(
                        new ServiceBuilder()
                                .withMetadata(named(a.service().key()))
                                .build(),
                        MergePatch.of(a.edits(), revision));
            case IncumbentAction a ->
                patch(
                        new DeploymentBuilder()
                                .withMetadata(named(a.incumbent().key()))
                                .build(),
                        MergePatch.replicas(a.replicas(), revision));
            case WorkloadAction a -> workload(a, revision);
            case DrainGuardAction a -> drainGuard(a, revision);
            case OriginalsAction a -> originals(a, revision);
            case TierAction a -> tier(a, revision);
        };
    }

    /** By an object that has a name and nothing else: by name alone the client would read the object first. */
    private Optional<HasMetadata> patch(HasMetadata named, String body) {
        return Optional.of(client.resource(named).patch(MERGE, body));
    }

    /**
     * The client's own delete cannot be bound to uid and revision both. A pod that is given time to end is there for a
     * while, and the answer is that pod; of one that is gone at once nothing is to be expected.
     */
    private Optional<HasMetadata> delete(PodView pod, String revision) {
        var options = new DeleteOptionsBuilder()
                .withNewPreconditions(revision, pod.uid())
                .build();
        String answer = client.raw(
                "/api/v1/namespaces/%s/pods/%s"
                        .formatted(pod.key().namespace(), pod.key().name()),
                "DELETE",
                options);
        return client.getKubernetesSerialization().<KubernetesResource>unmarshal(answer) instanceof Pod ending
                ? Optional.of(ending)
                : Optional.empty();
    }

    private static ObjectMeta named(ObjectKey key) {
        return new ObjectMetaBuilder()
                .withNamespace(key.namespace())
                .withName(key.name())
                .build();
    }

    private Optional<HasMetadata> workload(WorkloadAction action, String revision) {
        return switch (action) {
            case WorkloadAction.ApplyWorkload a ->
                Optional.of(client.resource(a.desired()).patch(APPLY));
            case WorkloadAction.DeleteWorkload a -> deleted(a.current(), revision);
        };
    }

    private Optional<HasMetadata> drainGuard(DrainGuardAction action, String revision) {
        return switch (action) {
            case DrainGuardAction.ApplyBudget a ->
                Optional.of(client.resource(a.target()).patch(APPLY));
            case DrainGuardAction.ApplyAnchors a ->
                Optional.of(client.resource(a.target()).patch(APPLY));
            case DrainGuardAction.DeleteAnchors a -> deleted(a.target(), revision);
            case DrainGuardAction.DeleteBudget a -> deleted(a.target(), revision);
        };
    }

    private Optional<HasMetadata> deleted(HasMetadata object, String revision) {
        client.resource(object).lockResourceVersion(revision).delete();
        return Optional.empty();
    }

    private Optional<HasMetadata> originals(OriginalsAction action, String revision) {
        ObjectKey key = action.originals().key();
        Resource<ConfigMap> stored =
                client.configMaps().inNamespace(key.namespace()).withName(key.name());
        return switch (action) {
            case OriginalsAction.RecordOriginals a ->
                Optional.of(client.resource(a.originals().toConfigMap(a.tier())).create());
            case OriginalsAction.RecordRetired a ->
                mark(key, Edits.of(Map.of(Marks.RETIRED, Optional.of(a.how())), Map.of()), revision);
            case OriginalsAction.ForgetRetired ignored ->
                mark(key, Edits.of(Map.of(Marks.RETIRED, Optional.empty()), Map.of()), revision);
            case OriginalsAction.RecordRollback a -> mark(key, a.decided().edits(), revision);
            case OriginalsAction.ForgetOriginals ignored -> {
                stored.lockResourceVersion(revision).delete();
                yield Optional.empty();
            }
        };
    }

    private Optional<HasMetadata> mark(ObjectKey originals, Edits edits, String revision) {
        return patch(new ConfigMapBuilder().withMetadata(named(originals)).build(), MergePatch.of(edits, revision));
    }

    private Optional<HasMetadata> tier(TierAction action, String revision) {
        Resource<IngressTier> tier = client.resources(IngressTier.class).withName(action.tier());
        IngressTier found = tier.get();
        if (found == null) {
            return Optional.empty();
        }
        var finalizers =
                new ArrayList<>(Objects.requireNonNullElse(found.getMetadata().getFinalizers(), List.<String>of()));
        finalizers.remove(Marks.FINALIZER);
        switch (action) {
            case TierAction.AddFinalizer ignored -> finalizers.add(Marks.FINALIZER);
            case TierAction.RemoveFinalizer ignored -> {}
        }
        return patch(found, MergePatch.finalizers(finalizers, revision));
    }
}
