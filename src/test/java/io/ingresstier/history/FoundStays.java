package io.ingresstier.history;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * I5: no write of the operator's removes a label or an annotation that it found, or that somebody else wrote last. A
 * value may be replaced where the tier was asked to; in the end it comes back.
 */
final class FoundStays implements Judge {

    /** Uid and path of what the operator wrote last. */
    private final Set<String> ours = new HashSet<>();

    private final Set<String> everOurs = new HashSet<>();
    /** What was there before the operator's first write to it. */
    private final Set<String> found = new HashSet<>();

    @Override
    public String invariant() {
        return "I5";
    }

    @Override
    public Stream<String> see(Change change) {
        Revision revision = change.revision();
        boolean judged = revision.object() instanceof Node || revision.object() instanceof Service;
        if (!judged || revision.deleted() || revision.before().isEmpty()) {
            return Stream.of();
        }
        List<Revision.Edit> edits = revision.edits()
                .filter(e -> e.path().matches("/metadata/(labels|annotations)/(?!ingresstier.io/).+"))
                .toList();
        List<String> removed = change.ours() ? removed(revision.object(), edits) : List.of();
        for (Revision.Edit edit : edits) {
            note(change.ours(), edit, id(revision.object(), edit));
        }
        return removed.stream();
    }

    private List<String> removed(HasMetadata object, List<Revision.Edit> edits) {
        return edits.stream()
                .filter(Revision.Edit::removes)
                .filter(e -> !ours.contains(id(object, e)) || found.contains(id(object, e)))
                .map(e -> "the operator removes %s, which was found".formatted(e.path()))
                .toList();
    }

    private void note(boolean byUs, Revision.Edit edit, String id) {
        if (edit.removes()) {
            ours.remove(id);
            found.remove(id);
        } else if (byUs) {
            if (edit.replaces() && everOurs.add(id)) {
                found.add(id);
            }
            everOurs.add(id);
            ours.add(id);
        } else {
            ours.remove(id);
        }
    }

    private static String id(HasMetadata object, Revision.Edit edit) {
        return object.getMetadata().getUid() + edit.path();
    }
}
