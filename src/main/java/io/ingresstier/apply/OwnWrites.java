package io.ingresstier.apply;

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

    private final Map<String, String> expected = new ConcurrentHashMap<>();

    /**
     * A write was made.
     *
     * @param object kind and key, {@code Kind/namespace/name}
     * @param resourceVersion what the API server answered; empty for a deletion
     */
    public void made(String object, String resourceVersion) {
        expected.put(object, resourceVersion);
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
    public boolean caughtUp(Function<String, Optional<String>> seen) {
        expected.entrySet()
                .removeIf(write -> write.getValue().isEmpty()
                        ? seen.apply(write.getKey()).isEmpty()
                        : seen.apply(write.getKey())
                                .map(now -> atLeast(now, write.getValue()))
                                .orElse(false));
        return expected.isEmpty();
    }

    /**
     * Resource versions of one kind are ordered numbers since Kubernetes 1.35 says so (KEP-5504); etcd always made them
     * such.
     */
    private static boolean atLeast(String now, String wanted) {
        return now.length() > wanted.length() || (now.length() == wanted.length() && now.compareTo(wanted) >= 0);
    }
}
