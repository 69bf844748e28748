package io.ingresstier.history;

import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.ServiceView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * I1: of what a Service of the tier reaches, no write of the operator's takes so much that fewer than the floor are
 * left in the end; and as long as nobody else takes anything, there never are fewer, whatever was meant.
 */
final class NeverEmpty implements Judge {

    private final Map<ObjectKey, Integer> reached = new HashMap<>();
    private boolean undisturbed = true;

    @Override
    public String invariant() {
        return "I1";
    }

    @Override
    public Stream<String> see(Change change) {
        List<String> taken = change.ours()
                ? taken(change, change.before().guarded(), change.before().floor())
                        .toList()
                : List.of();
        List<String> fewer = fewer(change);
        return (taken.isEmpty() ? fewer : taken).stream();
    }

    /** What a write takes from these Services so that fewer are left. */
    static Stream<String> taken(Change change, List<ServiceView> services, int floor) {
        return services.stream()
                .map(ServiceView::key)
                .filter(change.after().inTheEnd()::containsKey)
                .flatMap(key -> {
                    Answering before = change.before().inTheEnd().get(key);
                    Answering kept = before.keptIn(change.after().inTheEnd().get(key));
                    int must = Math.min(floor, before.least());
                    return kept.least() >= must
                            ? Stream.of()
                            : Stream.of("of %s %d would be left of %d; %d must: %s became %s"
                                    .formatted(
                                            key,
                                            kept.least(),
                                            before.least(),
                                            must,
                                            before.targets(),
                                            change.after().inTheEnd().get(key).targets()));
                });
    }

    private List<String> fewer(Change change) {
        if (Disturbance.by(change)) {
            undisturbed = false;
        }
        if (!undisturbed) {
            undisturbed = change.after().now().equals(change.after().inTheEnd());
            reached.clear();
            return List.of();
        }
        return change.after().guarded().stream()
                .map(ServiceView::key)
                .filter(key -> change.after().now().get(key).known())
                .flatMap(key -> fewer(key, change.after()))
                .toList();
    }

    private Stream<String> fewer(ObjectKey key, Picture picture) {
        int now = picture.now().get(key).least();
        int most = reached.merge(key, now, Math::max);
        int must = Math.min(picture.floor(), most);
        if (now >= must) {
            return Stream.of();
        }
        reached.put(key, now);
        return Stream.of("%s reaches %d, had reached %d, and %d must be: %s"
                .formatted(key, now, most, must, picture.now().get(key).targets()));
    }
}
