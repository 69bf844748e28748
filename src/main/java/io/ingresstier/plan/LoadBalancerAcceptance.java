package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.api.ConflictPolicy;
import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Backends;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.ServicePortView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether {@code loadBalancer} fits the cluster: the Services that are listed. */
record LoadBalancerAcceptance(World world, TrafficView traffic, Optional<DaemonSet> desired) {

    Optional<Refusal> objection() {
        return services().or(this::recorded).or(this::families).or(this::ports).or(this::foreignSelection);
    }

    private Optional<Refusal> services() {
        return world.listed().stream().flatMap(key -> service(key).stream()).findFirst();
    }

    private Optional<Refusal> service(ObjectKey key) {
        ServiceView service = world.services().get(key);
        if (service == null || service.terminating()) {
            return Acceptance.refuse(
                    Reason.ServiceNotFound,
                    "Service %s does not exist; create it or correct loadBalancer.serviceRefs".formatted(key));
        }
        if (!service.loadBalancer()) {
            return Acceptance.refuse(
                    Reason.ServiceNotLoadBalancer,
                    "Service %s is of type %s, so no balancer is behind it; make it a LoadBalancer or list another Service"
                            .formatted(key, service.type()));
        }
        String namespace = world.tier().getSpec().controller().namespace();
        if (!key.namespace().equals(namespace)) {
            return Acceptance.refuse(
                    Reason.ServiceNotSelecting,
                    "Service %s cannot select pods in namespace %s, where the tier's run; list a Service of that namespace or correct controller.namespace"
                            .formatted(key, namespace));
        }
        return new Bootstrap(world).replaced().flatMap(incumbent -> selects(service, incumbent));
    }

    private static Optional<Refusal> selects(ServiceView service, IncumbentView incumbent) {
        var labels = podLabels(incumbent);
        var selector = new TreeMap<>(service.selector());
        selector.remove(Marks.TIER);
        return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet())
                ? Optional.empty()
                : Acceptance.refuse(
                        Reason.ServiceNotSelecting,
                        "Service %s selects %s, which the pods of Deployment %s (%s) do not carry; list the Service that sends to them or correct controller.incumbentRef"
                                .formatted(service.key(), selector, incumbent.key(), new TreeMap<>(labels)));
    }

    private static Map<String, String> podLabels(IncumbentView incumbent) {
        return Optional.ofNullable(incumbent.template().getMetadata())
                .map(ObjectMeta::getLabels)
                .map(l -> Objects.requireNonNullElse(l, Map.<String, String>of()))
                .orElse(Map.of());
    }

    /** What was not recorded could not be put back. */
    private Optional<Refusal> recorded() {
        return world.originals()
                .filter(o -> !world.written().isEmpty())
                .flatMap(o -> world.listed().stream()
                        .filter(key -> o.service(key).isEmpty())
                        .findFirst())
                .flatMap(key -> Acceptance.refuse(
                        Reason.NotYetSupported,
                        "Service %s was listed after the others had been changed; this version does not add one: take it off loadBalancer.serviceRefs"
                                .formatted(key)));
    }

    /** Alibaba's controllers read IPv4 endpoints only, and so does what is counted here. */
    private Optional<Refusal> families() {
        return world.attachable().stream()
                .filter(s -> !world.slicesOf(s.key()).isEmpty())
                .filter(s -> world.slicesOf(s.key()).stream()
                        .noneMatch(slice -> slice.addressType().equals("IPv4")))
                .findFirst()
                .flatMap(s -> Acceptance.refuse(
                        Reason.NotYetSupported,
                        "Service %s has no IPv4 endpoints, and this version counts no others; add IPv4 to its spec.ipFamilies or list another Service"
                                .formatted(s.key())));
    }

    /** A pod that does not declare the name is no endpoint behind that port, so that no member would ever serve. */
    private Optional<Refusal> ports() {
        return world.attachable().stream()
                .flatMap(s -> s.ports().stream()
                        .filter(ServicePortView::named)
                        .filter(p -> desired.filter(d -> !declares(d, p)).isPresent())
                        .map(p -> "Service %s sends its port %s to the container port \"%s\", which no container of %s"
                                .formatted(s.key(), p.id(), p.targetPort(), undeclared(p))))
                .findFirst()
                .flatMap(message -> Acceptance.refuse(Reason.PortNotServed, message));
    }

    private String undeclared(ServicePortView port) {
        return new Bootstrap(world).underWay()
                ? "profile %s declares for %s; correct the Service's targetPort, to http, https or a number"
                        .formatted(world.tier().getSpec().controller().profile(), port.protocol())
                : "Deployment %s declares for %s; give a port that name there or correct the Service's targetPort"
                        .formatted(ControllerAcceptance.incumbentKey(world), port.protocol());
    }

    private static boolean declares(DaemonSet workload, ServicePortView port) {
        return workload.getSpec().getTemplate().getSpec().getContainers().stream()
                .flatMap(c -> c.getPorts().stream())
                .anyMatch(p -> port.targetPort().equals(p.getName())
                        && port.protocol().equals(Objects.requireNonNullElse(p.getProtocol(), "TCP")));
    }

    private Optional<Refusal> foreignSelection() {
        var label = world.tier().getSpec().nodes().label();
        if (world.tier().getSpec().loadBalancer().conflictPolicy() == ConflictPolicy.Overwrite) {
            return Optional.empty();
        }
        var selection = traffic.rules().selection(label.key(), label.value());
        return world.attachable().stream()
                .map(s -> Map.entry(s, foreign(s, selection)))
                .filter(e -> !e.getValue().isEmpty())
                .findFirst()
                .flatMap(e -> Acceptance.refuse(
                        Reason.ForeignBackendLabel,
                        "Service %s already has %s%s; remove it or set loadBalancer.conflictPolicy: Overwrite"
                                .formatted(e.getKey().key(), e.getValue(), effect(e.getKey()))));
    }

    private static String foreign(ServiceView service, Map<String, String> selection) {
        return new TreeMap<>(service.annotations())
                .entrySet().stream()
                        .filter(e -> selection.containsKey(e.getKey())
                                && !e.getValue().equals(selection.get(e.getKey())))
                        .map(e -> "%s: \"%s\"".formatted(e.getKey(), e.getValue()))
                        .collect(Collectors.joining(" and "));
    }

    /** What stops the provider's controller, which may be that very annotation. */
    private String effect(ServiceView service) {
        return traffic.backends(service)
                .flatMap(Backends::problem)
                .map(" (backends stay as they were, because %s)"::formatted)
                .orElse("");
    }
}
