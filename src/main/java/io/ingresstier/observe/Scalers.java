package io.ingresstier.observe;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.ScalerView;
import io.ingresstier.world.Source;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Watches what sizes Deployments by itself. */
final class Scalers implements AutoCloseable {

    private static final ResourceDefinitionContext SCALED_OBJECT = new ResourceDefinitionContext.Builder()
            .withGroup("keda.sh")
            .withVersion("v1alpha1")
            .withKind("ScaledObject")
            .withPlural("scaledobjects")
            .withNamespaced(true)
            .build();

    private final Watched<HorizontalPodAutoscaler> autoscalers;
    private final OptionalKind scaledObjects;

    Scalers(KubernetesClient client, Runnable changed) {
        autoscalers = new Watched<>(
                Source.SCALERS,
                client.autoscaling().v2().horizontalPodAutoscalers().inAnyNamespace(),
                Trim::metadata,
                HorizontalPodAutoscaler::getSpec,
                changed);
        scaledObjects = new OptionalKind(Source.SCALERS, client, SCALED_OBJECT, changed);
    }

    CompletableFuture<Void> start() {
        return CompletableFuture.allOf(
                autoscalers.start().toCompletableFuture(), scaledObjects.start().toCompletableFuture());
    }

    boolean fresh() {
        return autoscalers.fresh() && scaledObjects.fresh();
    }

    /** How long ago the last event came. */
    Duration age() {
        return autoscalers.age().compareTo(scaledObjects.age()) < 0 ? autoscalers.age() : scaledObjects.age();
    }

    /** Those of one Deployment, always in the same order. */
    List<ScalerView> of(ObjectKey deployment) {
        return Stream.concat(
                        autoscalers.list().stream().flatMap(a -> ScalerView.of(a).stream()),
                        scaledObjects.list().stream().flatMap(s -> ScalerView.of(s).stream()))
                .filter(s -> s.target().equals(deployment))
                .sorted(Comparator.comparing(ScalerView::kind).thenComparing(ScalerView::key))
                .toList();
    }

    @Override
    public void close() {
        autoscalers.close();
        scaledObjects.close();
    }
}
