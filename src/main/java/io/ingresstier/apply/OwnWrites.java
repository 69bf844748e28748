package io.ingresstier.apply;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Writes that the informers have yet to show. Planning waits for them: a picture that lacks one's own last write would
 * make the same decision again (java-operator-sdk #2944). Waiting needs no merging of what was written into what was
 * read.
 */
public final class OwnWrites {

    /**
     * How long a write is waited for. What somebody deletes or makes anew at the same moment may never show it, and one
     * such object must not stop every tier; the revision that each request carries still keeps a late picture harmless.
     */
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private final Map<String, Expected> expected = new ConcurrentHashMap<>();

    /** What the informers are to show, and since when. */
    private record Expected(Optional<String> resourceVersion, boolean existed, Instant since) {}

    /**
     * A write was made.
     *
     * @param object kind and key, {@code Kind/namespace/name}
     * @param resourceVersion what the API server answered; empty for a deletion
     * @param existed whether the informers showed the object before: then one that they do not show was deleted since
     * @param now when it was made
     */
    public void made(String object, Optional<String> resourceVersion, boolean existed, Instant now) {
        expected.put(object, new Expected(resourceVersion, existed, now));
    }

    /** The object turned out to be another than was thought, so that nothing is expected of it. */
    public void forget(String object) {
        expected.remove(object);
    }

    /**
     * Whether every write has come back.
     *
     * @param seen the resourceVersion that the informers show of an object, empty if they show none
     */
    public boolean caughtUp(Instant now, Function<String, Optional<String>> seen) {
        expected.entrySet()
                .removeIf(write -> shown(write.getValue(), seen.apply(write.getKey()))
                        || !write.getValue().since().plus(AT_MOST).isAfter(now));
        return expected.isEmpty();
    }

    private static boolean shown(Expected wanted, Optional<String> seen) {
        return wanted.resourceVersion()
                .map(version -> seen.map(found -> atLeast(found, version)).orElse(wanted.existed()))
                .orElse(seen.isEmpty());
    }

    /**
     * Resource versions of one kind are ordered numbers since Kubernetes 1.35 says so (KEP-5504); etcd always made them
     * such.
     */
    private static boolean atLeast(String now, String wanted) {
        return now.length() > wanted.length() || (now.length() == wanted.length() && now.compareTo(wanted) >= 0);
    }
}
