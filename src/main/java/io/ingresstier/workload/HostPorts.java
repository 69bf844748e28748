package io.ingresstier.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Ports that pods of a template take on their node. */
public final class HostPorts {

    private static final String ALL_ADDRESSES = "0.0.0.0";

    private HostPorts() {}

    /**
     * The host ports of a template. On the host's network every declared container port is one, whether or not the API
     * server has filled in {@code hostPort} yet.
     */
    public static Set<HostPort> of(PodTemplateSpec template) {
        var hostNetwork = hostNetwork(template);
        return running(template)
                .flatMap(container -> container.getPorts().stream())
                .map(port -> hostPort(port, hostNetwork))
                .flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether a pod of this template keeps a second one off its node. On the host's network always: ports that are not
     * declared are taken all the same.
     */
    public static boolean blocksNode(PodTemplateSpec template) {
        return hostNetwork(template) || !of(template).isEmpty();
    }

    private static Optional<HostPort> hostPort(ContainerPort port, boolean hostNetwork) {
        var declared = Objects.requireNonNullElse(port.getHostPort(), 0);
        var number = declared == 0 && hostNetwork ? Objects.requireNonNullElse(port.getContainerPort(), 0) : declared;
        if (number == 0) {
            return Optional.empty();
        }
        return Optional.of(new HostPort(
                Optional.ofNullable(port.getHostIP())
                        .filter(ip -> !ip.isEmpty())
                        .orElse(ALL_ADDRESSES),
                number,
                Objects.requireNonNullElse(port.getProtocol(), "TCP")));
    }

    private static boolean hostNetwork(PodTemplateSpec template) {
        return Optional.ofNullable(template.getSpec())
                .map(PodSpec::getHostNetwork)
                .orElse(false);
    }

    /** Containers that run together: sidecars are init containers with a restart policy. */
    private static Stream<Container> running(PodTemplateSpec template) {
        return Optional.ofNullable(template.getSpec()).stream()
                .flatMap(spec -> Stream.concat(
                        spec.getContainers().stream(),
                        spec.getInitContainers().stream().filter(c -> "Always".equals(c.getRestartPolicy()))));
    }
}
