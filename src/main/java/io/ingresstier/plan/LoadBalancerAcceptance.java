package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.ingresstier.api.ConflictPolicy;
import io.ingresstier.api.Reason;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Whether {@code loadBalancer} fits the cluster: the Services that are listed. */
record LoadBalancerAcceptance(World world, TrafficView traffic) {

    Optional<Refusal> objection() {
        return services().or(this::recorded).or(this::foreignSelection);
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
        return world.incumbent().flatMap(incumbent -> selects(service, incumbent));
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

    private Optional<Refusal> foreignSelection() {
        var label = world.tier().getSpec().nodes().label();
        if (world.tier().getSpec().loadBalancer().conflictPolicy() == ConflictPolicy.Overwrite) {
            return Optional.empty();
        }
        var selection = traffic.rules().selection(label.key(), label.value());
        return world.attachable().stream()
                .flatMap(s -> selection.entrySet().stream()
                        .filter(e -> s.annotations().containsKey(e.getKey())
                                && !e.getValue().equals(s.annotations().get(e.getKey())))
                        .flatMap(e -> Acceptance.refuse(
                                Reason.ForeignBackendLabel,
                                "Service %s already has %s: \"%s\"; remove it or set loadBalancer.conflictPolicy: Overwrite"
                                        .formatted(
                                                s.key(),
                                                e.getKey(),
                                                s.annotations().get(e.getKey())))
                                .stream()))
                .findFirst();
    }
}
