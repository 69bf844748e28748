package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A Service as decisions see it.
 *
 * @param type {@code LoadBalancer}, {@code ClusterIP}, …
 * @param local {@code externalTrafficPolicy: Local}
 * @param loadBalancerClass empty where none is set
 * @param addresses what the balancer published in {@code status.loadBalancer.ingress}: addresses or host names
 */
public record ServiceView(
        ObjectKey key,
        String uid,
        String resourceVersion,
        Map<String, String> labels,
        Map<String, String> annotations,
        Map<String, String> selector,
        String type,
        boolean local,
        String loadBalancerClass,
        List<ServicePortView> ports,
        List<String> addresses,
        boolean terminating) {

    public ServiceView {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        selector = Map.copyOf(selector);
        ports = List.copyOf(ports);
        addresses = List.copyOf(addresses);
    }

    /** The view of a Service read from the API server. */
    public static ServiceView of(Service service) {
        ObjectMeta metadata = Objects.requireNonNullElseGet(service.getMetadata(), ObjectMeta::new);
        ServiceSpec spec = Objects.requireNonNullElseGet(service.getSpec(), ServiceSpec::new);
        return new ServiceView(
                ObjectKey.of(service),
                OrEmpty.text(metadata.getUid()),
                OrEmpty.text(metadata.getResourceVersion()),
                OrEmpty.map(metadata.getLabels()),
                OrEmpty.map(metadata.getAnnotations()),
                OrEmpty.map(spec.getSelector()),
                Objects.requireNonNullElse(spec.getType(), "ClusterIP"),
                "Local".equals(spec.getExternalTrafficPolicy()),
                OrEmpty.text(spec.getLoadBalancerClass()),
                OrEmpty.list(spec.getPorts()).stream()
                        .map(p -> new ServicePortView(
                                OrEmpty.text(p.getName()),
                                Objects.requireNonNullElse(p.getPort(), 0),
                                Objects.requireNonNullElse(p.getNodePort(), 0),
                                Objects.requireNonNullElse(p.getProtocol(), "TCP"),
                                Optional.ofNullable(p.getTargetPort())
                                        .map(t -> t.getValue())
                                        .map(Object::toString)
                                        .orElse("")))
                        .toList(),
                OrEmpty.list(Optional.ofNullable(service.getStatus())
                                .map(s -> s.getLoadBalancer())
                                .map(l -> l.getIngress())
                                .orElse(null))
                        .stream()
                        .map(i -> i.getIp() != null ? i.getIp() : OrEmpty.text(i.getHostname()))
                        .toList(),
                metadata.getDeletionTimestamp() != null);
    }

    /** The same without the revision: what must differ for a change to matter. */
    public ServiceView unversioned() {
        return new ServiceView(
                key,
                uid,
                "",
                labels,
                annotations,
                selector,
                type,
                local,
                loadBalancerClass,
                ports,
                addresses,
                terminating);
    }

    /** Whether a cloud is asked to put a balancer before this Service. */
    public boolean loadBalancer() {
        return "LoadBalancer".equals(type);
    }

    /** The time recorded in an annotation of ours; empty where there is none. */
    public Optional<Instant> time(String annotation) {
        return Times.parse(annotations.get(annotation));
    }

    /** The Service with annotations and selector changed. */
    public ServiceView with(Edits edits) {
        return new ServiceView(
                key,
                uid,
                resourceVersion,
                Edits.applied(labels, edits.labels()),
                Edits.applied(annotations, edits.annotations()),
                Edits.applied(selector, edits.selector()),
                type,
                local,
                loadBalancerClass,
                ports,
                addresses,
                terminating);
    }
}
