package io.ingresstier.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.ingresstier.api.ControllerSpec;
import java.util.List;
import java.util.Optional;

/** The container of a pod that is the ingress controller, the one the overlay is meant for. */
public final class ControllerContainer {

    private ControllerContainer() {}

    /**
     * The one that runs ingress-nginx, else the first that publishes a port, else the first: sidecars in a template are
     * mostly log shippers and exporters, some of which are listed first.
     */
    public static Optional<Container> of(PodSpec spec) {
        var containers = spec.getContainers();
        return containers.stream()
                .filter(IngressNginx::runsIn)
                .findFirst()
                .or(() -> containers.stream()
                        .filter(container -> !container.getPorts().isEmpty())
                        .findFirst())
                .or(() -> containers.stream().findFirst());
    }

    /** Lays the overlay over the container, in place: the container belongs to the caller's copy. */
    static void overlay(Container container, ControllerSpec overlay) {
        if (overlay.image() != null) {
            container.setImage(overlay.image());
        }
        if (overlay.resources() != null) {
            container.setResources(overlay.resources());
        }
        append(container, overlay.extraArgs());
    }

    /** Appends arguments, in place; flags among them replace what the container has, in its command too. */
    static void append(Container container, List<String> arguments) {
        if (arguments.isEmpty()) {
            return;
        }
        var flags = Arguments.flags(arguments);
        container.setCommand(Arguments.without(container.getCommand(), flags));
        var args = Arguments.without(container.getArgs(), flags);
        args.addAll(arguments);
        container.setArgs(args);
    }
}
