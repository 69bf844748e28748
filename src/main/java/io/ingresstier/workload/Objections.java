package io.ingresstier.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Why a pod template cannot be inherited without breaking what it does today. */
public final class Objections {

    private Objections() {}

    /**
     * Sentences for people, one for each thing that stands in the way; empty where nothing does. Rendering such a
     * template is still possible (it never fails), but its pods would stop too early, or the API server would refuse
     * it.
     */
    public static List<String> to(PodTemplateSpec template) {
        return Optional.ofNullable(template.getSpec()).stream()
                .flatMap(spec -> spec.getContainers().stream())
                .flatMap(container -> Stream.concat(hook(container), ports(container)))
                .toList();
    }

    private static Stream<String> hook(Container container) {
        return PreStop.cannotWait(container)
                ? Stream.of("Container " + container.getName() + " has a preStop hook of kind httpGet or tcpSocket. The"
                        + " tier's pods must sleep before they stop, and such a hook cannot be made to wait: turn it into"
                        + " an exec hook, or remove it.")
                : Stream.empty();
    }

    private static Stream<String> ports(Container container) {
        var seen = new HashSet<String>();
        return container.getPorts().stream()
                .map(port -> port.getContainerPort() + "/"
                        + Optional.ofNullable(port.getProtocol()).orElse("TCP"))
                .filter(port -> !seen.add(port))
                .distinct()
                .map(port -> "Container " + container.getName() + " lists port " + port + " twice, which server-side"
                        + " apply refuses: list it once.");
    }
}
