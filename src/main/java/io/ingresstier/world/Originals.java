package io.ingresstier.world;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the tier found, kept beside the first Service until everything is as it was: the one fact that cannot be read
 * off a cluster which the tier has changed.
 *
 * @param key the ConfigMap that holds them
 * @param uid of that ConfigMap, empty before it is written
 * @param tierUid the tier that recorded them
 * @param incumbentReplicas the incumbent's replicas, empty where there was no incumbent
 * @param incumbentImages the image of each of its containers, to tell people what was changed meanwhile
 * @param retired {@code scaled} once the decision to retire the incumbent was recorded
 * @param rollback the last decision to roll back, in force for the generation that it names
 */
public record Originals(
        ObjectKey key,
        String uid,
        String resourceVersion,
        String tierUid,
        List<ServiceOriginal> services,
        Optional<Integer> incumbentReplicas,
        SortedMap<String, String> incumbentImages,
        Optional<String> retired,
        Optional<Rollback> rollback) {

    public Originals {
        incumbentImages = Collections.unmodifiableSortedMap(new TreeMap<>(incumbentImages));
        services = List.copyOf(services);
    }

    /** Name of the ConfigMap for a tier. */
    public static String name(String tier) {
        return "ingresstier-" + tier + "-originals";
    }

    /** What was found at a Service. */
    public Optional<ServiceOriginal> service(ObjectKey service) {
        return services.stream().filter(s -> s.key().equals(service)).findFirst();
    }

    /** Whether both say the same of the cluster, whatever the ConfigMap's own metadata. */
    public boolean sameFactsAs(Originals other) {
        return tierUid.equals(other.tierUid)
                && services.equals(other.services)
                && incumbentReplicas.equals(other.incumbentReplicas)
                && incumbentImages.equals(other.incumbentImages);
    }

    /** The same facts with the decision to retire recorded, or taken back. */
    public Originals withRetired(Optional<String> how) {
        return with(how, rollback);
    }

    /** The same facts with the decision to roll back recorded. */
    public Originals withRollback(Rollback decided) {
        return with(retired, Optional.of(decided));
    }

    private Originals with(Optional<String> how, Optional<Rollback> decided) {
        return new Originals(
                key, uid, resourceVersion, tierUid, services, incumbentReplicas, incumbentImages, how, decided);
    }

    /**
     * The record as it was stored. One that cannot be read has no facts and no tier: it equals nothing that is found,
     * so that it is written anew while that is still possible, and trusted never.
     */
    public static Originals of(ConfigMap stored) {
        var metadata = stored.getMetadata();
        Map<String, String> labels = Objects.requireNonNullElse(metadata.getLabels(), Map.of());
        Map<String, String> data = Objects.requireNonNullElse(stored.getData(), Map.of());
        Facts facts = OriginalsJson.read(data.get(OriginalsJson.KEY));
        return new Originals(
                ObjectKey.of(stored),
                Objects.requireNonNullElse(metadata.getUid(), ""),
                Objects.requireNonNullElse(metadata.getResourceVersion(), ""),
                facts.tierUid(),
                facts.services(),
                Optional.ofNullable(facts.incumbentReplicas()),
                facts.incumbentImages(),
                Optional.ofNullable(labels.get(Marks.RETIRED)),
                Rollback.of(labels, Objects.requireNonNullElse(metadata.getAnnotations(), Map.of())));
    }

    /** The record as it is stored; immutable, so that nobody edits it by mistake. */
    public ConfigMap toConfigMap(String tier) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(key.namespace())
                .withName(key.name())
                .addToLabels(Marks.TIER, tier)
                .addToLabels(Marks.TIER_UID, tierUid)
                .endMetadata()
                .withImmutable(true)
                .addToData(OriginalsJson.KEY, json())
                .build();
    }

    /** SHA-256 of the facts, in hex. */
    public String digest() {
        return OriginalsJson.digest(json());
    }

    private String json() {
        return OriginalsJson.write(new Facts(tierUid, services, incumbentReplicas.orElse(null), incumbentImages));
    }

    /** What is stored of the record. */
    record Facts(
            String tierUid,
            List<ServiceOriginal> services,
            @Nullable Integer incumbentReplicas,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, String> incumbentImages) {
        Facts {
            incumbentImages = Objects.requireNonNullElseGet(incumbentImages, TreeMap::new);
            Objects.requireNonNull(tierUid);
            services = List.copyOf(services);
        }
    }
}
