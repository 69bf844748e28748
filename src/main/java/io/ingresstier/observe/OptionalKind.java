package io.ingresstier.observe;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.ingresstier.world.Source;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a kind that a cluster may not know: watched while its definition is there. An informer on a kind that is
 * not would complain in the log for ever.
 */
final class OptionalKind implements AutoCloseable {

    private final Source source;
    private final KubernetesClient client;
    private final ResourceDefinitionContext kind;
    private final Runnable changed;
    private final Watched<CustomResourceDefinition> definition;
    private volatile @Nullable Watched<GenericKubernetesResource> objects;

    /** @param changed called after a change that matters; must not throw */
    OptionalKind(Source source, KubernetesClient client, ResourceDefinitionContext kind, Runnable changed) {
        this.source = source;
        this.client = client;
        this.kind = kind;
        this.changed = changed;
        this.definition = new Watched<>(
                source,
                client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName(kind.getPlural() + "." + kind.getGroup()),
                Trim::definition,
                OptionalKind::served,
                this::follow);
    }

    private static boolean served(CustomResourceDefinition found) {
        return Optional.ofNullable(found.getStatus())
                .map(CustomResourceDefinitionStatus::getConditions)
                .filter(conditions -> conditions.stream()
                        .anyMatch(c -> "Established".equals(c.getType()) && "True".equals(c.getStatus())))
                .isPresent();
    }

    private boolean served() {
        return definition.list().stream().anyMatch(OptionalKind::served);
    }

    private synchronized void follow() {
        var watched = objects;
        if (served() && watched == null) {
            watched = new Watched<>(
                    source,
                    client.genericKubernetesResources(kind).inAnyNamespace(),
                    Trim::metadata,
                    o -> List.of(o.getMetadata(), o.getAdditionalProperties()),
                    changed);
            objects = watched;
            watched.start();
        } else if (!served() && watched != null) {
            objects = null;
            watched.close();
        }
        changed.run();
    }

    CompletionStage<Void> start() {
        return definition.start();
    }

    /** Whether it is known that there are none, or they were read completely and a watch keeps them so. */
    boolean fresh() {
        var watched = objects;
        return definition.fresh() && (watched == null ? !served() : watched.fresh());
    }

    /** How long ago the last event came. */
    Duration age() {
        Duration ofDefinition = definition.age();
        return Optional.ofNullable(objects)
                .map(Watched::age)
                .filter(age -> age.compareTo(ofDefinition) < 0)
                .orElse(ofDefinition);
    }

    List<GenericKubernetesResource> list() {
        return Optional.ofNullable(objects).map(Watched::list).orElse(List.of());
    }

    @Override
    public synchronized void close() {
        definition.close();
        Optional.ofNullable(objects).ifPresent(Watched::close);
    }
}
