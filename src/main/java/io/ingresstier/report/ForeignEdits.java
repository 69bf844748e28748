package io.ingresstier.report;

import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Originals;
import io.ingresstier.world.ServiceOriginal;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the cluster differs from what was found once everything of the tier is back: that is somebody else's doing, and
 * it stays.
 */
final class ForeignEdits {

    private ForeignEdits() {}

    /** One clause each. */
    static List<String> in(World world) {
        var edits = new ArrayList<String>();
        world.recorded().ifPresent(found -> {
            for (ServiceOriginal original : found.services()) {
                Optional.ofNullable(world.services().get(original.key()))
                        .ifPresentOrElse(
                                now -> service(original, now, edits),
                                () -> edits.add("Service %s was deleted".formatted(original.key())));
            }
            world.incumbent().ifPresent(now -> incumbent(found, now, edits));
        });
        return List.copyOf(edits);
    }

    private static void service(ServiceOriginal found, ServiceView now, List<String> edits) {
        for (String key : found.owned()) {
            changed(
                            "annotation " + key,
                            found.annotations().get(key),
                            now.annotations().get(key))
                    .ifPresent(what -> edits.add("Service %s: %s".formatted(now.key(), what)));
        }
        var selector = new TreeMap<>(now.selector());
        selector.remove(Marks.TIER);
        if (!selector.equals(found.selector())) {
            edits.add("Service %s: the selector was %s and is %s".formatted(now.key(), found.selector(), selector));
        }
    }

    private static void incumbent(Originals found, IncumbentView now, List<String> edits) {
        var images = now.images();
        var containers = new TreeMap<>(found.incumbentImages());
        containers.putAll(images);
        for (String container : containers.keySet()) {
            changed("the image of " + container, found.incumbentImages().get(container), images.get(container))
                    .ifPresent(what -> edits.add("Deployment %s: %s".formatted(now.key(), what)));
        }
        // What was retired comes back with as many as the tier had: only a count that was never ours is told.
        int recorded = found.incumbentReplicas().orElse(now.replicas());
        if (found.retired().isEmpty() && now.replicas() != recorded) {
            edits.add("Deployment %s: replicas were %d and are %d".formatted(now.key(), recorded, now.replicas()));
        }
    }

    private static Optional<String> changed(String what, @Nullable String before, @Nullable String now) {
        return Objects.equals(before, now)
                ? Optional.empty()
                : Optional.of("%s was %s and is %s".formatted(what, told(before), told(now)));
    }

    private static String told(@Nullable String value) {
        return value == null ? "absent" : "\"" + value + "\"";
    }
}
