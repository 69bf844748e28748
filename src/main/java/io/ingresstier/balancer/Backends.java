package io.ingresstier.balancer;

import io.ingresstier.api.BackendMode;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PortId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a balancer has behind one Service.
 *
 * @param managed whether this provider's controller owns the Service at all
 * @param byPort the targets for each port of the Service, by port
 * @param errors per port, what stops the controller there; the port's backends then freeze as they were, so what they
 *     are is unknown
 * @param error what stops the controller for the whole Service
 * @param explainer says why a node is or is not a target, when it is asked for
 */
public record Backends(
        boolean managed,
        BackendMode mode,
        Map<PortId, List<Backend>> byPort,
        Map<PortId, BackendError> errors,
        Optional<BackendError> error,
        Explainer explainer) {

    /**
     * Explains a node in a sentence. A sentence for every node would cost more than all else that is worked out here.
     */
    @FunctionalInterface
    public interface Explainer {

        /** Why this node is or is not a target, where these are the targets. */
        String explain(NodeView node, Backends backends);
    }

    public Backends {
        byPort = Map.copyOf(byPort);
        errors = Map.copyOf(errors);
    }

    /** Whether the targets can be told: no error on the Service or on any port. */
    public boolean known() {
        return error.isEmpty() && errors.isEmpty();
    }

    /** Why this node is or is not a target, in a sentence. */
    public String explain(NodeView node) {
        return explainer.explain(node, this);
    }

    /** The first error in words, where there is one. */
    public Optional<String> problem() {
        return error.or(() -> errors.values().stream().findFirst()).map(BackendError::message);
    }

    /** Identities of the targets behind every port: what is missing behind one port does not count. */
    public Set<String> everywhere() {
        return byPort.values().stream()
                .map(list -> list.stream().map(Backend::identity).collect(Collectors.toSet()))
                .reduce((a, b) -> a.stream().filter(b::contains).collect(Collectors.toSet()))
                .orElse(Set.of());
    }
}
