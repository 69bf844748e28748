package io.ingresstier.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.world.Action;
import io.ingresstier.world.DrainGuardAction;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.TierAction;
import io.ingresstier.world.WorkloadAction;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who undid a write, by the object's managed fields. They are read only when a write is made again: they are most of an
 * object, and no other decision needs them.
 */
record Rivals(KubernetesClient client) {

    /**
     * The field manager that has one of the fields that the action writes; where nobody has, since it was removed, the
     * one that wrote the object last.
     */
    Optional<String> of(Action action) {
        List<ManagedFieldsEntry> others = object(action).stream()
                .flatMap(o ->
                        Objects.requireNonNullElse(o.getMetadata().getManagedFields(), List.<ManagedFieldsEntry>of())
                                .stream())
                .filter(e -> !Applier.FIELD_MANAGER.equals(e.getManager()))
                .filter(e -> e.getSubresource() == null
                        || e.getSubresource().isEmpty()
                        || e.getSubresource().equals("scale"))
                .toList();
        var fields = fields(action);
        return latest(others.stream().filter(e -> owns(e, fields)))
                .or(() -> latest(others.stream()))
                .map(ManagedFieldsEntry::getManager);
    }

    private static Optional<ManagedFieldsEntry> latest(Stream<ManagedFieldsEntry> entries) {
        return entries.max(Comparator.comparing(e -> Objects.requireNonNullElse(e.getTime(), "")));
    }

    private static boolean owns(ManagedFieldsEntry entry, Set<String> fields) {
        JsonNode owned = Serialization.jsonMapper().valueToTree(entry.getFieldsV1());
        return fields.stream().anyMatch(field -> owned.findValue("f:" + field) != null);
    }

    private static Set<String> fields(Action action) {
        return switch (action) {
            case NodeAction a -> a.edits().labels().keySet();
            case ServiceAction a ->
                a.edits().selector().isEmpty() ? a.edits().annotations().keySet() : Set.of("selector");
            case PodAction a -> a.edits().labels().keySet();
            case WorkloadAction ignored -> Set.of("template");
            case DrainGuardAction ignored -> Set.of("template", "replicas", "maxUnavailable");
            case IncumbentAction ignored -> Set.of("replicas");
            case OriginalsAction ignored -> Set.of();
            case TierAction ignored -> Set.of();
        };
    }

    private Optional<? extends HasMetadata> object(Action action) {
        return switch (action) {
            case NodeAction a ->
                Optional.ofNullable(client.nodes().withName(a.object()).get());
            case ServiceAction a -> {
                ObjectKey key = a.service().key();
                yield Optional.ofNullable(client.services()
                        .inNamespace(key.namespace())
                        .withName(key.name())
                        .get());
            }
            case WorkloadAction.ApplyWorkload a ->
                Optional.ofNullable(client.resource(a.desired()).get());
            case IncumbentAction a -> {
                ObjectKey key = a.incumbent().key();
                yield Optional.ofNullable(client.apps()
                        .deployments()
                        .inNamespace(key.namespace())
                        .withName(key.name())
                        .get());
            }
            case DrainGuardAction a ->
                Optional.ofNullable(client.resource(a.target()).get());
            case WorkloadAction.DeleteWorkload ignored -> Optional.empty();
            case PodAction ignored -> Optional.empty();
            case OriginalsAction ignored -> Optional.empty();
            case TierAction ignored -> Optional.empty();
        };
    }
}
