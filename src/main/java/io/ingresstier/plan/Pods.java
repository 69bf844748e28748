package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.guard.Ownership;
import io.ingresstier.workload.HostPorts;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.TemplateRevision;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What becomes of the pods of tier and incumbent in a {@link Reaction}: those that must go are gone, those that are
 * wanted run and are ready.
 */
final class Pods {

    private final World world;
    private final Optional<DaemonSet> workload;
    private final List<PodView> others;
    private final List<PodView> tier;
    private final List<PodView> incumbents;

    private Pods(World world) {
        this.world = world;
        this.workload = world.workload().filter(w -> !going(w));
        this.tier = new ArrayList<>(world.tierPods());
        this.incumbents = new ArrayList<>(world.incumbentPods());
        this.others = world.pods().stream()
                .filter(p -> !tier.contains(p) && !incumbents.contains(p))
                .toList();
    }

    /** The picture in which pods have followed their controllers. */
    static World follow(World world) {
        return new Pods(world).follow();
    }

    private World follow() {
        tier.removeIf(p -> p.terminating() || !wanted(p.nodeName()));
        // Where the tier goes back, a pod that does not serve is stopped before it does.
        if (!world.goesBack()) {
            tier.replaceAll(this::ready);
            workload.filter(w -> Ownership.owned(world, w)).ifPresent(this::surge);
            workload.filter(w -> Ownership.owned(world, w)).ifPresent(this::daemons);
        }
        // One that is pending is placed anew.
        incumbents.removeIf(p -> p.terminating() || !world.nodes().containsKey(p.nodeName()));
        incumbents.replaceAll(this::ready);
        world.incumbent().filter(i -> !i.terminating()).ifPresent(this::replicas);
        var pods = new ArrayList<>(others);
        pods.addAll(tier);
        pods.addAll(incumbents);
        World followed = Set.copyOf(pods).equals(Set.copyOf(world.pods())) ? world : world.withPods(pods);
        return workload.equals(world.workload()) ? followed : followed.withWorkload(workload);
    }

    private static boolean going(DaemonSet workload) {
        return workload.getMetadata().getDeletionTimestamp() != null;
    }

    private boolean wanted(String node) {
        return workload.isPresent()
                && Optional.ofNullable(world.nodes().get(node))
                        .filter(this::labelled)
                        .isPresent();
    }

    private boolean labelled(NodeView node) {
        var label = world.tier().getSpec().nodes().label();
        return node.labelled(label.key(), label.value());
    }

    /** A pod on a sound node becomes ready, unless it has failed to for longer than it may. */
    private PodView ready(PodView pod) {
        long patience = world.tier().getSpec().rollout().progressDeadlineSeconds();
        boolean stuck = pod.readySince()
                .filter(since -> !since.plusSeconds(patience).isAfter(world.now()))
                .isPresent();
        NodeView node = world.nodes().get(pod.nodeName());
        return pod.ready() || stuck || node == null || !node.ready()
                ? pod
                : new PodView(
                        pod.key(),
                        pod.uid(),
                        pod.resourceVersion(),
                        pod.labels(),
                        pod.annotations(),
                        pod.nodeName(),
                        pod.address().isEmpty() ? address() : pod.address(),
                        true,
                        Optional.of(world.now()),
                        pod.owner(),
                        false);
    }

    /** Pods of an older template make way, unless one of the new template has failed to become ready. */
    private void surge(DaemonSet daemons) {
        var strategy = daemons.getSpec().getUpdateStrategy();
        boolean works = tier.stream().allMatch(p -> p.ready() || TemplateRevision.outdated(world, p));
        if (works && strategy != null && "RollingUpdate".equals(strategy.getType())) {
            tier.removeIf(p -> TemplateRevision.outdated(world, p));
        }
    }

    private void daemons(DaemonSet daemons) {
        boolean alone = HostPorts.blocksNode(daemons.getSpec().getTemplate());
        var occupied = on(tier);
        var incumbentNodes = on(incumbents);
        for (NodeView node : world.nodes().values()) {
            boolean free = !occupied.contains(node.name()) && !(alone && incumbentNodes.contains(node.name()));
            if (labelled(node) && node.ready() && free) {
                var key = ObjectKey.of(daemons);
                tier.add(pod(
                        new ObjectKey(key.namespace(), key.name() + "-" + node.name()),
                        daemons.getSpec().getTemplate(),
                        node,
                        "DaemonSet/" + key.name()));
            }
        }
    }

    private void replicas(IncumbentView incumbent) {
        while (incumbents.size() > incumbent.replicas()) {
            incumbents.removeLast();
        }
        boolean alone = HostPorts.blocksNode(incumbent.template());
        for (int i = incumbents.size(); i < incumbent.replicas(); i++) {
            Optional<NodeView> node = place(incumbent.template(), alone);
            if (node.isEmpty()) {
                return;
            }
            incumbents.add(pod(
                    new ObjectKey(incumbent.key().namespace(), incumbent.key().name() + "-new-" + i),
                    incumbent.template(),
                    node.get(),
                    "ReplicaSet/" + incumbent.key().name()));
        }
    }

    /** As a scheduler would, and beside the members where there is room. */
    private Optional<NodeView> place(PodTemplateSpec template, boolean alone) {
        Map<String, String> selector = Optional.ofNullable(template.getSpec())
                .map(PodSpec::getNodeSelector)
                .map(s -> Objects.requireNonNullElse(s, Map.<String, String>of()))
                .orElse(Map.of());
        Map<String, Long> load =
                incumbents.stream().collect(Collectors.groupingBy(PodView::nodeName, Collectors.counting()));
        var members = on(tier);
        return world.nodes().values().stream()
                .filter(n -> n.ready() && !n.unschedulable())
                .filter(n -> n.labels().entrySet().containsAll(selector.entrySet()))
                .filter(n -> !alone || (!members.contains(n.name()) && !load.containsKey(n.name())))
                .min(Comparator.comparing(Pods::tainted)
                        .thenComparing(this::labelled)
                        .thenComparing(n -> load.getOrDefault(n.name(), 0L))
                        .thenComparing(NodeView::name));
    }

    private static boolean tainted(NodeView node) {
        return node.taints().stream().anyMatch(t -> !t.effect().equals("PreferNoSchedule"));
    }

    private static Set<String> on(Collection<PodView> pods) {
        return pods.stream().map(PodView::nodeName).collect(Collectors.toSet());
    }

    private PodView pod(ObjectKey key, PodTemplateSpec template, NodeView node, String owner) {
        Map<String, String> labels = Optional.ofNullable(template.getMetadata())
                .map(ObjectMeta::getLabels)
                .map(l -> Objects.requireNonNullElse(l, Map.<String, String>of()))
                .orElse(Map.of());
        return new PodView(
                key, "", "", labels, Map.of(), node.name(), address(), true, Optional.of(world.now()), owner, false);
    }

    /** One that nothing has: within 0.0.0.0/8 no pod ever lives. */
    private String address() {
        int number = 0;
        Set<String> taken = new HashSet<>();
        others.forEach(p -> taken.add(p.address()));
        tier.forEach(p -> taken.add(p.address()));
        incumbents.forEach(p -> taken.add(p.address()));
        while (taken.contains(text(number))) {
            number++;
        }
        return text(number);
    }

    private static String text(int number) {
        return "0.%d.%d.%d".formatted(number >> 16 & 255, number >> 8 & 255, number & 255);
    }
}
