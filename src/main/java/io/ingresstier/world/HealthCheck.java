package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a pod says that it is healthy: the HTTP request of its own readiness probe.
 *
 * @param address the pod's address
 * @param tls whether it is asked by HTTPS
 * @param path with a leading slash
 * @param host the value of the {@code Host} header
 */
public record HealthCheck(String address, int port, boolean tls, String path, String host) {

    /**
     * The first readiness probe by HTTP among a pod's containers; empty where there is none, where it names another
     * host than the pod, or where the pod has no address.
     */
    public static Optional<HealthCheck> of(Pod pod) {
        String address = Optional.ofNullable(pod.getStatus())
                .map(s -> OrEmpty.text(s.getPodIP()))
                .orElse("");
        if (address.isEmpty() || pod.getSpec() == null) {
            return Optional.empty();
        }
        return OrEmpty.list(pod.getSpec().getContainers()).stream()
                .flatMap(c -> request(c).stream().flatMap(get -> of(address, c, get).stream()))
                .findFirst();
    }

    /** Whether pods of this specification say where they can be asked. */
    public static boolean offered(PodSpec spec) {
        return OrEmpty.list(spec.getContainers()).stream()
                .anyMatch(c -> request(c).flatMap(get -> port(c, get.getPort())).isPresent());
    }

    private static Optional<HTTPGetAction> request(Container container) {
        return Optional.ofNullable(container.getReadinessProbe())
                .map(probe -> probe.getHttpGet())
                .filter(get -> OrEmpty.text(get.getHost()).isEmpty());
    }

    private static Optional<HealthCheck> of(String address, Container container, HTTPGetAction get) {
        String path = OrEmpty.text(get.getPath());
        return port(container, get.getPort())
                .map(port -> new HealthCheck(
                        address,
                        port,
                        "HTTPS".equals(get.getScheme()),
                        path.startsWith("/") ? path : "/" + path,
                        OrEmpty.list(get.getHttpHeaders()).stream()
                                .filter(header -> "Host".equalsIgnoreCase(header.getName()))
                                .map(HTTPHeader::getValue)
                                .findFirst()
                                .orElse(address + ":" + port)));
    }

    private static Optional<Integer> port(Container container, @org.jspecify.annotations.Nullable IntOrString port) {
        if (port == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(port.getIntVal())
                .or(() -> OrEmpty.list(container.getPorts()).stream()
                        .filter(p -> Objects.equals(p.getName(), port.getStrVal()))
                        .map(ContainerPort::getContainerPort)
                        .findFirst());
    }
}
