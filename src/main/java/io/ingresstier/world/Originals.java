package io.ingresstier.world;

import java.util.List;
import java.util.Optional;

/**
 * What the tier found, kept beside the first Service until everything is as it was: the one fact that cannot be read
 * off a cluster which the tier has changed.
 *
 * @param key the ConfigMap that holds them
 * @param uid of that ConfigMap, empty before it is written
 * @param tierUid the tier that recorded them
 * @param incumbentReplicas the incumbent's replicas, empty where there was no incumbent
 * @param retired {@code scaled} once the decision to retire the incumbent was recorded
 */
public record Originals(
        ObjectKey key,
        String uid,
        String resourceVersion,
        String tierUid,
        List<ServiceOriginal> services,
        Optional<Integer> incumbentReplicas,
        Optional<String> retired) {

    public Originals {
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
                && incumbentReplicas.equals(other.incumbentReplicas);
    }

    /** The same facts with the decision to retire recorded. */
    public Originals withRetired(String how) {
        return new Originals(key, uid, resourceVersion, tierUid, services, incumbentReplicas, Optional.of(how));
    }
}
