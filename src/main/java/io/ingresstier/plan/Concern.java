package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.Isolation;
import io.ingresstier.api.Probing;
import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Backends;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Floor;
import io.ingresstier.workload.ResourceRequests;
import io.ingresstier.world.HealthCheck;
import io.ingresstier.world.PodView;
import io.ingresstier.world.Rival;
import io.ingresstier.world.ScalerView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a spec is accepted in spite of, and people must know. The message names no figure that moves by itself, for it
 * stands in a condition.
 */
public record Concern(Reason reason, String message) {

    static List<Concern> of(World world, TrafficView traffic, Optional<DaemonSet> desired, NodeChoice choice) {
        return Stream.of(
                        podDirect(world, traffic),
                        autoscaled(world),
                        managed(world),
                        unanswered(world).stream(),
                        requests(world, desired).stream(),
                        floor(world).stream(),
                        AnchorConcern.of(world, choice),
                        unprobed(world, desired).stream(),
                        unreachable(world).stream())
                .flatMap(each -> each)
                .toList();
    }

    private static Stream<Concern> podDirect(World world, TrafficView traffic) {
        return world.attachable().stream()
                .filter(s -> traffic.backends(s)
                        .map(Backends::mode)
                        .filter(m -> m == BackendMode.PodDirect)
                        .isPresent())
                .map(ServiceView::key)
                .map(key -> new Concern(
                        Reason.UnsupportedBackendMode,
                        "The balancer of Service %s sends to pods directly, so that the selection of nodes which the tier writes on it has no effect; the pods are pinned to the members all the same, and leave the balancer as pods. Nothing to do."
                                .formatted(key)));
    }

    private static Stream<Concern> autoscaled(World world) {
        int replicas = world.tier().getSpec().nodes().replicas();
        return world.scalers().stream()
                .filter(s -> s.kind() == ScalerView.Kind.HorizontalPodAutoscaler)
                .map(s -> new Concern(
                        Reason.IncumbentAutoscaled,
                        "HorizontalPodAutoscaler %s sizes Deployment %s, up to %d replicas; it rests once that is at zero and does not size the tier, so that nodes.replicas, which is %d, must do for the highest load."
                                .formatted(s.key(), s.target(), s.most(), replicas)));
    }

    /** Said before the first write: whoever learns it from a contest has had one. */
    private static Stream<Concern> managed(World world) {
        return Stream.concat(
                world.incumbent().stream()
                        .flatMap(i -> i.rival().stream()
                                .map(r -> managed(
                                        "Deployment " + i.key(), "spec.replicas, which the tier sets to 0,", r))),
                world.attachable().stream()
                        .flatMap(s -> Rival.of(s.labels(), s.annotations()).stream()
                                .map(r -> managed(
                                        "Service " + s.key(),
                                        "spec.selector or an annotation that the tier writes on it",
                                        r))));
    }

    private static Concern managed(String object, String fields, Rival rival) {
        return new Concern(
                Reason.ManagedElsewhere,
                "%s is managed by %s: if that puts back %s, %s."
                        .formatted(object, rival.title(), fields, rival.advice()));
    }

    private static Optional<Concern> requests(World world, Optional<DaemonSet> desired) {
        boolean shared = world.tier().getSpec().nodes().isolation() == Isolation.Shared;
        return desired.filter(
                        d -> shared && !ResourceRequests.requestsSet(d.getSpec().getTemplate()))
                .map(d -> new Concern(
                        Reason.RequestsMissing,
                        "A container of the ingress pods requests no cpu or no memory, so that on a node which they share they are evicted first and served last. Set requests in Deployment %s or in controller.resources."
                                .formatted(ControllerAcceptance.incumbentKey(world))));
    }

    private static Optional<Concern> unanswered(World world) {
        return world.nobodyAnswers()
                ? Optional.of(
                        new Concern(
                                Reason.NobodyAnswers,
                                "No member answers the operator's own probes although they did before, so that nothing is concluded from them and only what Kubernetes says of pods and nodes counts. Look at what lies between the operator and the members' health ports."))
                : Optional.empty();
    }

    private static Optional<Concern> unprobed(World world, Optional<DaemonSet> desired) {
        return desired.filter(d -> probing(world)
                        && !HealthCheck.offered(d.getSpec().getTemplate().getSpec()))
                .map(d -> new Concern(
                        Reason.NotProbed,
                        "No container of the ingress pods has a readiness probe by httpGet to the pod itself, so that the operator cannot ask them and a member that dies is taken out only when Kubernetes calls its node lost. Give Deployment %s one, or set nodes.probing: Disabled."
                                .formatted(ControllerAcceptance.incumbentKey(world))));
    }

    private static Optional<Concern> unreachable(World world) {
        String nodes = world.tierPods().stream()
                .filter(p -> probing(world) && p.serving() && world.answers().unreachable(p))
                .map(PodView::nodeName)
                .sorted()
                .distinct()
                .collect(Collectors.joining(", "));
        return nodes.isEmpty()
                ? Optional.empty()
                : Optional.of(new Concern(
                        Reason.NotProbed,
                        "The pods on %s are ready and have never answered the operator's own probes, so that it cannot tell whether they do, and takes them out only when Kubernetes calls their nodes lost. Let the operator reach the address and port of their readiness probe, or set nodes.probing: Disabled."
                                .formatted(nodes)));
    }

    private static boolean probing(World world) {
        return world.tier().getSpec().nodes().probing() == Probing.Enabled;
    }

    private static Optional<Concern> floor(World world) {
        var nodes = world.tier().getSpec().nodes();
        int asked = Objects.requireNonNullElse(nodes.minAvailable(), 0);
        return asked > nodes.replicas()
                ? Optional.of(new Concern(
                        Reason.MinAvailableCapped,
                        "No more than nodes.replicas can serve, so that nodes.minAvailable, which is %d, counts as %d: no member can leave before another serves. Lower it, or raise nodes.replicas."
                                .formatted(asked, Floor.minAvailable(world))))
                : Optional.empty();
    }
}
