package io.ingresstier.balancer;

import io.ingresstier.world.NodeView;
import java.util.List;
import java.util.Optional;

/**
 * The node filter in the annotation {@code …-backend-label}: {@code k=v} pairs, all of which a node has to carry. Read
 * just as loosely as by the controller (filterOutByLabel in pkg/controller/service/reconcile/backend/backend.go):
 * nothing is trimmed, {@code k=} and {@code k==v} ask for the empty value, of {@code k=v=x} the rest is ignored.
 */
record BackendLabel(List<String> parts) {

    /** The filter; an empty text filters nothing. */
    static BackendLabel of(String text) {
        return new BackendLabel(text.isEmpty() ? List.of() : List.of(text.split(",", -1)));
    }

    /**
     * Why a node does not pass, empty if it does.
     *
     * @throws FrozenException if a part without "=" is reached: only then does the controller see it, so that a
     *     malformed filter does no harm as long as every node fails an earlier part
     */
    Optional<String> mismatch(NodeView node) throws FrozenException {
        for (String part : parts) {
            String[] pair = part.split("=", -1);
            if (pair.length < 2) {
                throw new FrozenException(
                        "backend-label-parse",
                        "the annotation backend-label has the part \"" + part
                                + "\", which is not of the form key=value");
            }
            String value = node.labels().get(pair[0]);
            if (value == null) {
                return Optional.of("label " + pair[0] + " is missing");
            }
            if (!value.equals(pair[1])) {
                return Optional.of("label " + pair[0] + " is \"" + value + "\", not \"" + pair[1] + "\"");
            }
        }
        return Optional.empty();
    }

    /** The filter in words, for a node that passes. */
    String carried() {
        return parts.isEmpty() ? "" : ", carries " + String.join(", ", parts);
    }
}
