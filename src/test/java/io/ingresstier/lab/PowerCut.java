package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.ingresstier.api.BackendMode;
import io.ingresstier.history.History;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A member whose power is cut, and when who noticed. */
final class PowerCut implements AutoCloseable {

    private static final String ROLE = "node-role.kubernetes.io/ingress";
    private static final int PORT = 80;

    /** What somebody does about the cut. */
    enum Notice {
        /** The operator takes the node out of the balancers. */
        EXCLUDED,
        /** The operator takes the pod out of its Services. */
        DETACHED,
        /** Kubernetes calls the node lost. */
        NOT_READY,
        /** The operator claims another node. */
        CLAIMED
    }

    /** When this JVM saw something, which may have stood still meanwhile, and at which version of the object. */
    private record Sighting(Instant at, long version) {

        static Sighting of(String version) {
            return new Sighting(Instant.now(), Long.parseLong(version));
        }
    }

    private final Lab lab;
    private final Cloud cloud;
    private final String node;
    private final String pod;
    private final String backend;
    private final SharedIndexInformer<Node> nodes;
    private final SharedIndexInformer<Pod> pods;
    private final AuditLog audit;
    private final Map<Notice, Sighting> noticed = new ConcurrentHashMap<>();
    private final Instant ordered;
    private final Instant at;

    private PowerCut(Lab lab, Cloud cloud, Pod victim, BackendMode mode) {
        this.lab = lab;
        this.audit = lab.audit();
        this.cloud = cloud;
        this.node = victim.getSpec().getNodeName();
        this.pod = victim.getMetadata().getName();
        this.backend = mode == BackendMode.PodDirect ? victim.getStatus().getPodIP() : node;
        this.nodes = lab.client().nodes().runnableInformer(0);
        this.pods = lab.client()
                .pods()
                .inNamespace(Incumbent.NAMESPACE)
                .withName(pod)
                .runnableInformer(0);
        nodes.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Node seen) {}

            @Override
            public void onUpdate(Node before, Node after) {
                see(NodeView.of(before), NodeView.of(after));
            }

            @Override
            public void onDelete(Node seen, boolean unknown) {}
        });
        pods.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod seen) {}

            @Override
            public void onUpdate(Pod before, Pod after) {
                if (after.getMetadata().getAnnotations() != null
                        && after.getMetadata().getAnnotations().containsKey(Marks.DETACHED_AT)) {
                    noticed.putIfAbsent(
                            Notice.DETACHED, Sighting.of(after.getMetadata().getResourceVersion()));
                }
            }

            @Override
            public void onDelete(Pod seen, boolean unknown) {}
        });
        try {
            nodes.run();
            pods.run();
            // The history of the cluster would not know otherwise why the operator acts.
            power("\"true\"");
            this.ordered = Instant.now();
            this.at = lab.kill(node);
        } catch (RuntimeException e) {
            stopWatching();
            throw e;
        }
    }

    /** Cuts the power of the node that this pod of a tier runs on. */
    static PowerCut of(Lab lab, Cloud cloud, Pod victim, BackendMode mode) {
        return new PowerCut(lab, cloud, victim, mode);
    }

    private void power(String cut) {
        lab.client()
                .nodes()
                .withName(node)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"%s\":%s}}}".formatted(History.POWER_CUT, cut));
    }

    private void see(NodeView before, NodeView after) {
        if (after.name().equals(node)) {
            if (after.labels().containsKey(Marks.EXCLUDE)) {
                noticed.putIfAbsent(Notice.EXCLUDED, Sighting.of(after.resourceVersion()));
            }
            if (!after.ready()) {
                noticed.putIfAbsent(Notice.NOT_READY, Sighting.of(after.resourceVersion()));
            }
        } else if (!before.labels().containsKey(ROLE) && after.labels().containsKey(ROLE)) {
            noticed.putIfAbsent(Notice.CLAIMED, Sighting.of(after.resourceVersion()));
        }
    }

    /** The pod that is dead with it. */
    String pod() {
        return pod;
    }

    /** Before the power was cut: whoever cuts it needs a moment, and who was sent to before that is not lost yet. */
    Instant ordered() {
        return ordered;
    }

    /** When the power was cut. */
    Instant at() {
        return at;
    }

    /**
     * When somebody noticed in this way; empty as long as nobody has. What the operator wrote is dated by the API
     * server, whose clock is that of this machine.
     */
    Optional<Instant> when(Notice notice) {
        return Optional.ofNullable(noticed.get(notice))
                .map(seen -> Optional.ofNullable(audit.authorship().versions().get(seen.version()))
                        .filter(seen.at()::isAfter)
                        .orElse(seen.at()));
    }

    /** How long after the cut that was. */
    Duration after(Notice notice) {
        return Duration.between(at, when(notice).orElseThrow());
    }

    /** When the balancer sent no new connection to it any more. */
    Optional<Instant> dropped() {
        return cloud.history(Cloud.INGRESS).stream()
                .filter(c -> c.port() == PORT
                        && c.at().isAfter(ordered)
                        && !c.backends().contains(backend))
                .map(CloudBalancer.Change::at)
                .findFirst();
    }

    /** Who noticed so far, the first first; the balancer as {@code DROPPED}. */
    List<String> order() {
        var moments = new ArrayList<Map.Entry<Instant, String>>();
        noticed.keySet().forEach(notice -> moments.add(Map.entry(when(notice).orElseThrow(), notice.name())));
        dropped().ifPresent(at -> moments.add(Map.entry(at, "DROPPED")));
        return moments.stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    /** What happened when, in words. */
    @Override
    public String toString() {
        var seconds = new TreeMap<String, Double>();
        noticed.keySet().forEach(notice -> when(notice).ifPresent(at -> seconds.put(notice.name(), seconds(at))));
        dropped().ifPresent(when -> seconds.put("DROPPED_BY_BALANCER", seconds(when)));
        return "seconds after the cut of " + node + ": " + seconds;
    }

    private double seconds(Instant when) {
        return Duration.between(at, when).toMillis() / 1000.0;
    }

    /** The power is back. */
    @Override
    public void close() {
        stopWatching();
        power("null");
        lab.boot(node);
    }

    private void stopWatching() {
        nodes.stop();
        pods.stop();
    }
}
