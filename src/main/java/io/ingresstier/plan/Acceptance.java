package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.ingresstier.api.ConflictPolicy;
import io.ingresstier.api.FewerReplicas;
import io.ingresstier.api.Isolation;
import io.ingresstier.api.Reason;
import io.ingresstier.api.Retire;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Ownership;
import io.ingresstier.guard.Refusal;
import io.ingresstier.workload.Objections;
import io.ingresstier.world.Claim;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Whether a spec fits the cluster: everything that CEL cannot check at admission. */
final class Acceptance {

    private final World world;
    private final TrafficView traffic;
    private final List<Member> members;
    private final NodeChoice choice;

    private Acceptance(World world, TrafficView traffic, List<Member> members, NodeChoice choice) {
        this.world = world;
        this.traffic = traffic;
        this.members = members;
        this.choice = choice;
    }

    /** The first thing that does not fit; empty if the spec fits. */
    static Optional<Refusal> objection(World world, TrafficView traffic, List<Member> members, NodeChoice choice) {
        var acceptance = new Acceptance(world, traffic, members, choice);
        return Stream.<Supplier<Optional<Refusal>>>of(
                        acceptance::unsupported,
                        acceptance::services,
                        acceptance::recorded,
                        acceptance::incumbent,
                        acceptance::template,
                        acceptance::workload,
                        acceptance::labelClaim,
                        acceptance::foreignSelection,
                        acceptance::providerIds,
                        acceptance::size,
                        acceptance::nodes)
                .flatMap(check -> check.get().stream())
                .findFirst();
    }

    private Optional<Refusal> unsupported() {
        var spec = world.tier().getSpec();
        if (spec.nodes().isolation() != Isolation.Shared) {
            return unsupported("nodes.isolation: " + spec.nodes().isolation(), "Shared");
        }
        if (spec.controller().retire() != Retire.ScaleToZero) {
            return unsupported("controller.retire: " + spec.controller().retire(), "ScaleToZero");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> unsupported(String asked, String instead) {
        return refuse(Reason.NotYetSupported, "this version does not support %s yet; use %s".formatted(asked, instead));
    }

    private Optional<Refusal> services() {
        return world.listed().stream().flatMap(key -> service(key).stream()).findFirst();
    }

    private Optional<Refusal> service(ObjectKey key) {
        ServiceView service = world.services().get(key);
        if (service == null || service.terminating()) {
            return refuse(
                    Reason.ServiceNotFound,
                    "Service %s does not exist; create it or correct loadBalancer.serviceRefs".formatted(key));
        }
        if (!service.loadBalancer()) {
            return refuse(
                    Reason.ServiceNotLoadBalancer,
                    "Service %s is of type %s, so no balancer is behind it; make it a LoadBalancer or list another Service"
                            .formatted(key, service.type()));
        }
        String namespace = world.tier().getSpec().controller().namespace();
        if (!key.namespace().equals(namespace)) {
            return refuse(
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
                : refuse(
                        Reason.ServiceNotSelecting,
                        "Service %s selects %s, which the pods of Deployment %s (%s) do not carry; list the Service that sends to them or correct controller.incumbentRef"
                                .formatted(service.key(), selector, incumbent.key(), new TreeMap<>(labels)));
    }

    /** What was not recorded could not be put back. */
    private Optional<Refusal> recorded() {
        return world.originals()
                .filter(o -> !world.written().isEmpty())
                .flatMap(o -> world.listed().stream()
                        .filter(key -> o.service(key).isEmpty())
                        .findFirst())
                .flatMap(key -> refuse(
                        Reason.NotYetSupported,
                        "Service %s was listed after the others had been changed; this version does not add one: take it off loadBalancer.serviceRefs"
                                .formatted(key)));
    }

    private static Map<String, String> podLabels(IncumbentView incumbent) {
        return Optional.ofNullable(incumbent.template().getMetadata())
                .map(ObjectMeta::getLabels)
                .map(l -> Objects.requireNonNullElse(l, Map.<String, String>of()))
                .orElse(Map.of());
    }

    /** Only before the first write: an incumbent that vanishes later was deleted by somebody who meant it. */
    private Optional<Refusal> incumbent() {
        return world.incumbent().isPresent() || world.originals().isPresent()
                ? Optional.empty()
                : refuse(
                        Reason.IncumbentNotFound,
                        "Deployment %s does not exist; create it or name the right one in controller.incumbentRef"
                                .formatted(incumbentKey(world)));
    }

    /** The Deployment that is replaced. */
    static ObjectKey incumbentKey(World world) {
        var controller = world.tier().getSpec().controller();
        String name = controller.incumbentRef() == null
                ? controller.name()
                : controller.incumbentRef().name();
        return new ObjectKey(controller.namespace(), name);
    }

    /** What is inherited must be able to wait before it stops, and be taken by server-side apply. */
    private Optional<Refusal> template() {
        return world.incumbent().stream()
                .flatMap(i ->
                        Objections.to(i.template()).stream().map(why -> "Deployment %s: %s".formatted(i.key(), why)))
                .findFirst()
                .flatMap(message -> refuse(Reason.TemplateUnfit, message));
    }

    private Optional<Refusal> workload() {
        return world.workload()
                .filter(found -> !Ownership.owned(world, found))
                .flatMap(found -> refuse(
                        Reason.WorkloadNotOurs,
                        "DaemonSet %s exists and was not made by this tier; delete it or choose another controller.name"
                                .formatted(ObjectKey.of(found))));
    }

    /** Of two tiers that want the same label the older has it, and of two as old the first by name. */
    private Optional<Refusal> labelClaim() {
        var label = world.tier().getSpec().nodes().label();
        String created = world.tier().getMetadata().getCreationTimestamp();
        var mine = new Claim(
                world.name(), label.key(), label.value(), created == null ? world.now() : Instant.parse(created));
        var order = Comparator.comparing(Claim::created).thenComparing(Claim::tier);
        return world.claims().stream()
                .filter(c -> c.labelKey().equals(label.key()) && c.labelValue().equals(label.value()))
                .filter(c -> order.compare(c, mine) < 0)
                .findFirst()
                .flatMap(c -> refuse(
                        Reason.LabelClaimed,
                        "tier %s already uses the node label %s=%s; give this one another nodes.label.value"
                                .formatted(c.tier(), label.key(), label.value())));
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
                        .flatMap(e -> refuse(
                                Reason.ForeignBackendLabel,
                                "Service %s already has %s: \"%s\"; remove it or set loadBalancer.conflictPolicy: Overwrite"
                                        .formatted(
                                                s.key(),
                                                e.getKey(),
                                                s.annotations().get(e.getKey())))
                                .stream()))
                .findFirst();
    }

    /**
     * One matching node without a provider id stops Alibaba's controller for the whole port, and it says so nowhere.
     */
    private Optional<Refusal> providerIds() {
        return members.stream()
                .filter(Member::labelled)
                .flatMap(m -> traffic.rules().freezes(m.node()).stream()
                        .map(why -> "node %s carries the role label, but %s; set it or take the label off"
                                .formatted(m.name(), why)))
                .findFirst()
                .flatMap(message -> refuse(Reason.InvalidProviderId, message));
    }

    private Optional<Refusal> size() {
        int replicas = world.tier().getSpec().nodes().replicas();
        int incumbent = world.incumbent().map(IncumbentView::replicas).orElse(0);
        if (replicas < incumbent && world.tier().getSpec().rollout().fewerReplicas() == FewerReplicas.Refuse) {
            return refuse(
                    Reason.FewerReplicas,
                    "Deployment %s has %d replicas, the tier would have %d; raise nodes.replicas or set rollout.fewerReplicas: Allow"
                            .formatted(incumbentKey(world), incumbent, replicas));
        }
        if (choice.keep().size() > replicas) {
            return refuse(
                    Reason.NotYetSupported,
                    "%d nodes are members and nodes.replicas is %d; this version does not scale in: raise nodes.replicas"
                            .formatted(choice.keep().size(), replicas));
        }
        return Optional.empty();
    }

    private Optional<Refusal> nodes() {
        int replicas = world.tier().getSpec().nodes().replicas();
        int possible = choice.keep().size() + choice.join().size();
        if (possible >= replicas) {
            return Optional.empty();
        }
        var frozen = world.nodes().values().stream()
                .filter(n -> choice.unsuitable().containsKey(n.name()))
                .flatMap(n -> traffic.rules().freezes(n).stream())
                .findFirst();
        String why = String.join(
                "; ",
                choice.unsuitable().entrySet().stream()
                        .map(e -> e.getKey() + ": " + e.getValue())
                        .limit(10)
                        .toList());
        return refuse(
                frozen.isPresent() ? Reason.InvalidProviderId : Reason.NotEnoughNodes,
                "%d of the %d nodes that nodes.replicas asks for can be members%s; add nodes, widen nodes.selector or lower nodes.replicas"
                        .formatted(possible, replicas, why.isEmpty() ? "" : " (" + why + ")"));
    }

    private static Optional<Refusal> refuse(Reason reason, String message) {
        return Optional.of(new Refusal("Accept", reason, message));
    }
}
