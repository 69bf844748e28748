package io.ingresstier.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is known about the ingress-nginx controller. */
public final class IngressNginx {

    /**
     * A pod that exits and finds at most one pod with its own label set clears the address of every Ingress, leader or
     * not, and external-dns deletes the records (ingress-nginx v1.15.1, {@code internal/ingress/status}). The last
     * member to leave a tier would do so.
     */
    static final String KEEP_STATUS = "--update-status-on-shutdown=false";

    private static final String EXECUTABLE = "nginx-ingress-controller";

    private static final String CONTROLLER_CLASS = "--controller-class=k8s.io/ingress-nginx";

    private IngressNginx() {}

    /**
     * Whether this container is known to run ingress-nginx and to understand one more of its arguments.
     *
     * <p>Its executable must be an element of the command line, as in ACK's manifest and in the official chart, or its
     * controller class must be named. Flags such as {@code --publish-service} or {@code --ingress-class} are not
     * enough: the controllers of HAProxy, Kong and NGINX Inc. have them too and exit on a flag they do not know. No
     * command line at all is not enough either: the official image starts the executable by its {@code CMD}, which any
     * argument would replace. Nor is a shell script that mentions it: the argument would not reach the controller.
     */
    public static boolean runsIn(Container container) {
        return commandLine(container).anyMatch(IngressNginx::names);
    }

    /** Whether the container that {@link ControllerContainer} finds in this template runs ingress-nginx. */
    public static boolean runsIn(PodTemplateSpec template) {
        return Optional.ofNullable(template.getSpec())
                .flatMap(ControllerContainer::of)
                .map(IngressNginx::runsIn)
                .orElse(false);
    }

    private static boolean names(String element) {
        return element.equals(EXECUTABLE) || element.endsWith("/" + EXECUTABLE) || element.equals(CONTROLLER_CLASS);
    }

    private static Stream<String> commandLine(Container container) {
        return Stream.of(container.getCommand(), container.getArgs())
                .map(list -> Optional.ofNullable(list).orElse(List.of()))
                .flatMap(List::stream);
    }
}
