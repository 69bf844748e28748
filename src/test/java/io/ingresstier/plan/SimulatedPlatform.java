package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * What Kubernetes and the cloud do between two passes: the controllers of DaemonSets, Deployments and endpoint slices,
 * the kubelets and the cloud controller, each with its delay.
 */
final class SimulatedPlatform {

    private record Event(Instant at, int number, Runnable act) {}

    final SimulatedCluster cluster;
    final SimulatedCloud cloud;
    final SimulatedAnchors anchors;
    /** Nodes on which no pod of the tier ever becomes ready. */
    final Set<String> broken = new HashSet<>();
    /** Images with which no pod of the tier ever becomes ready. */
    final Set<String> brokenImages = new HashSet<>();
    /** Whether the DaemonSet controller is refused every pod, as without the ServiceAccount. */
    boolean accountMissing;
    /** Whether new pods of the incumbent prefer the tier's nodes to others. */
    boolean incumbentsPreferMembers;
    /** Whether pods of the incumbent never become ready. */
    boolean incumbentBroken;

    LongSupplier startSeconds = () -> 3;
    LongSupplier stopSeconds = () -> 5;
    LongSupplier cloudSeconds = () -> 1;
    LongSupplier sliceSeconds = () -> 0;

    private final List<Event> events = new ArrayList<>();
    private final Map<String, String> images = new HashMap<>();
    private boolean syncing;
    private boolean slicing;
    private int number;

    SimulatedPlatform(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.cloud = new SimulatedCloud(cluster);
        this.anchors = new SimulatedAnchors(this);
    }

    /** When something happens next. */
    Optional<Instant> due() {
        return events.stream().map(Event::at).min(Instant::compareTo);
    }

    /** Lets time pass until then, and what is due by then happen; stops at the first event. */
    void advance(Instant until) {
        cloud.remember();
        Optional<Event> next = events.stream()
                .min(Comparator.comparing(Event::at).thenComparing(Event::number))
                .filter(e -> !e.at().isAfter(until));
        cluster.now = next.map(Event::at).orElse(until);
        cloud.remember();
        next.ifPresent(e -> {
            events.remove(e);
            e.act().run();
        });
        react();
    }

    /** Lets everything happen that is under way. */
    void rest() {
        for (Optional<Instant> next = due(); next.isPresent(); next = due()) {
            advance(next.get());
        }
    }

    /** What every controller does about the objects as they are now. */
    void react() {
        daemons();
        deployment();
        anchors.follow();
        var wanted = ClusterScenario.slices(cluster.services.values(), cluster.pods.values());
        if (!slicing && !wanted.equals(cluster.slices)) {
            long delay = sliceSeconds.getAsLong();
            if (delay == 0) {
                cluster.slices = wanted;
            } else {
                slicing = true;
                after(delay, () -> {
                    slicing = false;
                    cluster.slices = ClusterScenario.slices(cluster.services.values(), cluster.pods.values());
                });
            }
        }
        if (!syncing && cloud.behind()) {
            syncing = true;
            after(cloudSeconds.getAsLong(), () -> {
                syncing = false;
                cloud.sync();
            });
        }
    }

    private void daemons() {
        for (NodeView node : cluster.nodes.values()) {
            List<PodView> here = alive().filter(p -> tierPod(p) && p.nodeName().equals(node.name()))
                    .toList();
            boolean wanted = cluster.workload.isPresent() && node.labelled(ClusterScenario.ROLE, "true");
            if (wanted && !accountMissing && here.isEmpty() && !portsTaken(node.name())) {
                daemon(cluster.workload.get(), node.name());
            }
            if (!wanted) {
                here.forEach(this::stop);
            }
        }
        cluster.workload
                .filter(w -> !accountMissing
                        && "RollingUpdate"
                                .equals(w.getSpec().getUpdateStrategy().getType()))
                .ifPresent(this::surge);
        cluster.pods.values().stream()
                .filter(p -> !p.nodeName().isEmpty() && !cluster.nodes.containsKey(p.nodeName()))
                .toList()
                .forEach(p -> cluster.pods.remove(p.key()));
    }

    private void daemon(DaemonSet workload, String node) {
        var template = workload.getSpec().getTemplate();
        String image = template.getSpec().getContainers().getFirst().getImage();
        images.put(template.getMetadata().getLabels().get(Marks.TEMPLATE), image);
        start("tier", template.getMetadata().getLabels(), node);
    }

    /**
     * With {@code maxSurge: 1} and {@code maxUnavailable: 0}, as the DaemonSet's controller does it: of pods that are
     * not of the template the oldest stays until a new one beside it has been ready for {@code minReadySeconds}; one
     * that is not ready is replaced at once.
     */
    private void surge(DaemonSet workload) {
        String wanted =
                workload.getSpec().getTemplate().getMetadata().getLabels().get(Marks.TEMPLATE);
        int minReady = workload.getSpec().getMinReadySeconds();
        boolean surging = false;
        for (NodeView node : cluster.nodes.values()) {
            List<PodView> here = alive().filter(p -> tierPod(p) && p.nodeName().equals(node.name()))
                    .sorted(Comparator.comparing(p -> number(p)))
                    .toList();
            List<PodView> old = here.stream()
                    .filter(p -> !wanted.equals(p.labels().get(Marks.TEMPLATE)))
                    .toList();
            Optional<PodView> fresh =
                    here.stream().filter(p -> !old.contains(p)).findFirst();
            if (old.isEmpty()) {
                continue;
            }
            old.stream().skip(1).forEach(this::stop);
            boolean proven = fresh.filter(PodView::ready)
                    .flatMap(PodView::readySince)
                    .filter(since -> !since.plusSeconds(minReady).isAfter(cluster.now))
                    .isPresent();
            if (proven || !old.getFirst().ready()) {
                stop(old.getFirst());
            } else {
                surging |= fresh.isPresent();
            }
        }
        if (!surging) {
            cluster.nodes.values().stream()
                    .map(NodeView::name)
                    .filter(node -> alive().anyMatch(p -> tierPod(p)
                            && p.nodeName().equals(node)
                            && !wanted.equals(p.labels().get(Marks.TEMPLATE))))
                    .findFirst()
                    .ifPresent(node -> daemon(workload, node));
        }
    }

    private static int number(PodView pod) {
        return Integer.parseInt(pod.key().name().substring(pod.key().name().lastIndexOf('-') + 1));
    }

    private void deployment() {
        int wanted = cluster.incumbent.map(i -> i.replicas()).orElse(0);
        List<PodView> running =
                alive().filter(p -> p.owner().equals("ReplicaSet/old")).toList();
        for (int i = wanted; i < running.size(); i++) {
            stop(running.get(i));
        }
        for (int i = running.size(); i < wanted; i++) {
            place().ifPresent(node -> start("old", Map.of("app", "ingress-nginx"), node));
        }
    }

    private Optional<String> place() {
        var load = new TreeMap<String, Integer>();
        alive().filter(p -> p.owner().equals("ReplicaSet/old")).forEach(p -> load.merge(p.nodeName(), 1, Integer::sum));
        return cluster.nodes.values().stream()
                .filter(n -> n.ready() && !n.unschedulable() && !portsTaken(n.name()))
                .filter(n -> n.taints().stream().noneMatch(t -> t.keepsOff()))
                .min(Comparator.comparing(
                                (NodeView n) -> n.labelled(ClusterScenario.ROLE, "true") != incumbentsPreferMembers)
                        .thenComparing(n -> load.getOrDefault(n.name(), 0))
                        .thenComparing(NodeView::name))
                .map(NodeView::name);
    }

    private boolean portsTaken(String node) {
        boolean hostPorts = cluster.incumbent
                .flatMap(i -> i.template().getSpec().getContainers().getFirst().getPorts().stream()
                        .findFirst())
                .filter(p -> p.getHostPort() != null)
                .isPresent();
        return hostPorts
                && cluster.pods.values().stream()
                        .anyMatch(p -> p.nodeName().equals(node)
                                && (tierPod(p) || p.owner().equals("ReplicaSet/old")));
    }

    private void start(String kind, Map<String, String> labels, String node) {
        start(kind, labels, node, kind.equals("tier") ? "DaemonSet/nginx-ingress-controller" : "ReplicaSet/old");
    }

    /** A new pod, bound to a node; it becomes ready there after a while. */
    void start(String kind, Map<String, String> labels, String node, String owner) {
        int serial = ++number;
        var pod = new PodView(
                new ObjectKey(ClusterScenario.NAMESPACE, "%s-%d".formatted(kind, serial)),
                "uid-" + serial,
                "",
                labels,
                Map.of(),
                node,
                "10.2.%d.%d".formatted(serial / 250, serial % 250 + 1),
                false,
                Optional.of(cluster.now),
                owner,
                false);
        cluster.put(pod, false, false);
        becomeReady(pod.key(), startSeconds.getAsLong());
    }

    void becomeReady(ObjectKey key, long seconds) {
        after(seconds, () -> {
            PodView pod = cluster.pods.get(key);
            if (pod != null
                    && !pod.terminating()
                    && cluster.nodes.containsKey(pod.nodeName())
                    && cluster.nodes.get(pod.nodeName()).ready()
                    && !anchors.fails(pod)
                    && !(tierPod(pod) ? broken(pod) : incumbentBroken && !anchors.owns(pod))) {
                cluster.put(pod, true, false);
                // From then on its predecessor may go.
                cluster.workload
                        .filter(w -> alive().anyMatch(p -> tierPod(p)
                                && !p.key().equals(key)
                                && p.nodeName().equals(pod.nodeName())))
                        .ifPresent(w -> after(w.getSpec().getMinReadySeconds(), () -> {}));
            }
        });
    }

    private boolean broken(PodView pod) {
        return broken.contains(pod.nodeName())
                || Optional.ofNullable(pod.labels().get(Marks.TEMPLATE))
                        .map(images::get)
                        .filter(brokenImages::contains)
                        .isPresent();
    }

    /** What happens to a pod that is told to stop: no endpoint any more, still serving what it has, then gone. */
    void stop(PodView pod) {
        cluster.put(pod, pod.ready(), true);
        after(stopSeconds.getAsLong(), () -> end(pod.key()));
    }

    /** A kubelet that does not answer confirms no end; what its pod is told waits until it does. */
    private void end(ObjectKey pod) {
        NodeView node = Optional.ofNullable(cluster.pods.get(pod))
                .map(p -> cluster.nodes.get(p.nodeName()))
                .orElse(null);
        if (node == null || node.ready()) {
            cluster.pods.remove(pod);
        }
    }

    /** A container that dies and is started again. */
    void crash(PodView pod) {
        cluster.put(pod, false, pod.terminating());
        becomeReady(pod.key(), startSeconds.getAsLong());
    }

    /** The kubelet of a node stops or resumes reporting; its pods count as unready in between. */
    void flip(String node, boolean ready) {
        cluster.setReady(node, ready);
        for (PodView pod : List.copyOf(cluster.pods.values())) {
            if (pod.nodeName().equals(node) && ready && pod.terminating()) {
                after(1, () -> end(pod.key()));
            }
            if (pod.nodeName().equals(node) && !pod.terminating()) {
                if (ready) {
                    becomeReady(pod.key(), 1);
                } else {
                    cluster.put(pod, false, false);
                }
            }
        }
    }

    void after(long seconds, Runnable act) {
        events.add(new Event(cluster.now.plusSeconds(seconds), ++number, act));
    }

    java.util.stream.Stream<PodView> alive() {
        return List.copyOf(cluster.pods.values()).stream().filter(p -> !p.terminating());
    }

    static boolean tierPod(PodView pod) {
        return "default".equals(pod.labels().get(Marks.TIER));
    }
}
