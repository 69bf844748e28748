package io.ingresstier.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.ingresstier.world.Source;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One kind of object, watched and trimmed; tells of changes that matter only. */
final class Watched<T extends HasMetadata> implements AutoCloseable {

    private static final long PAGE = 500;

    /** Sees what changes, where what it was before matters. */
    interface Bystander<T> {
        /** An object is not what it was. */
        default void changed(T before, T after) {}

        /** An object is gone. */
        default void deleted(T object) {}
    }

    private final Source source;
    private final SharedIndexInformer<T> informer;
    private volatile long lastEvent = System.nanoTime();

    Watched(
            Source source,
            Informable<T> informable,
            UnaryOperator<T> trim,
            Function<T, Object> essence,
            Runnable changed) {
        this(source, informable, trim, essence, new Bystander<>() {}, changed);
    }

    /**
     * @param trim drops what is not needed, in place
     * @param essence what must differ for a change to matter: a heartbeat alone does not
     * @param bystander told first of every change, whether it matters or not
     * @param changed called after a change that matters; must not throw
     */
    Watched(
            Source source,
            Informable<T> informable,
            UnaryOperator<T> trim,
            Function<T, Object> essence,
            Bystander<T> bystander,
            Runnable changed) {
        this.source = source;
        this.informer = informable.withLimit(PAGE).runnableInformer(0);
        informer.itemStore(new TransformingItemStore<>(trim));
        informer.exceptionHandler((started, failure) -> true);
        informer.addEventHandler(new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T object) {
                lastEvent = System.nanoTime();
                changed.run();
            }

            @Override
            public void onUpdate(T before, T after) {
                lastEvent = System.nanoTime();
                bystander.changed(before, after);
                if (!essence.apply(before).equals(essence.apply(after))) {
                    changed.run();
                }
            }

            @Override
            public void onDelete(T object, boolean finalStateUnknown) {
                lastEvent = System.nanoTime();
                bystander.deleted(object);
                changed.run();
            }
        });
    }

    CompletionStage<Void> start() {
        return informer.start();
    }

    Source source() {
        return source;
    }

    /** Whether it was read completely and a watch keeps it so. */
    boolean fresh() {
        return informer.hasSynced() && informer.isWatching();
    }

    /** How long ago the last event came, whether it mattered or not; from the start where there was none. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - lastEvent);
    }

    List<T> list() {
        return List.copyOf(informer.getStore().list());
    }

    /** The object of that key: {@code namespace/name}, or the name alone where there is no namespace. */
    Optional<T> get(String key) {
        @Nullable T found = informer.getStore().getByKey(key);
        return Optional.ofNullable(found);
    }

    @Override
    public void close() {
        informer.stop();
    }
}
