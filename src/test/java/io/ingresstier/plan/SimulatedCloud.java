package io.ingresstier.plan;

import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.EndpointView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceView;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The balancers of a played cloud: they follow the cluster with a delay, and keep count of when each pod could last
 * have been given a connection. Its rules are written anew here, so that an error in the operator's own shows.
 */
final class SimulatedCloud {

    private static final String HASH = "service.beta.kubernetes.io/hash";

    private final SimulatedCluster cluster;
    private final Map<ObjectKey, Set<String>> targets = new TreeMap<>();
    private final Map<String, Instant> lastReachable = new HashMap<>();
    boolean stuck;

    SimulatedCloud(SimulatedCluster cluster) {
        this.cluster = cluster;
        cluster.services.values().forEach(s -> {
            targets.put(s.key(), expected(s));
            hash(s);
        });
    }

    /** Whether a sync would change anything. */
    boolean behind() {
        return !stuck
                && cluster.services.values().stream()
                        .anyMatch(s -> !expected(s).equals(targets.get(s.key()))
                                || !hashOf(s).equals(s.labels().get(HASH)));
    }

    void sync() {
        if (stuck) {
            return;
        }
        targets.keySet().retainAll(cluster.services.keySet());
        Set.copyOf(cluster.services.values()).forEach(s -> {
            targets.put(s.key(), expected(s));
            hash(s);
        });
    }

    private void hash(ServiceView service) {
        if (!hashOf(service).equals(service.labels().get(HASH))) {
            var labels = new HashMap<>(service.labels());
            labels.put(HASH, hashOf(service));
            cluster.put(service, labels);
        }
    }

    /** Over what the provider reads; neither the selector nor our own annotations. */
    private static String hashOf(ServiceView service) {
        var read = new TreeMap<>(service.annotations());
        read.keySet().removeIf(k -> !k.startsWith("service.beta.kubernetes.io/"));
        return Integer.toHexString(read.hashCode());
    }

    private Set<String> expected(ServiceView service) {
        return expected(service, cluster.slices);
    }

    /** Nodes, or addresses of pods, that the balancer should send to. */
    private Set<String> expected(ServiceView service, List<EndpointSliceView> slices) {
        boolean direct = "eni".equals(service.annotations().get("service.beta.kubernetes.io/backend-type"));
        if (direct) {
            return live(service, slices).stream()
                    .map(EndpointView::address)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        String filter = service.annotations()
                .getOrDefault(
                        ClusterScenario.ALIBABA + "backend-label",
                        service.annotations().getOrDefault(ClusterScenario.LEGACY + "backend-label", ""));
        var hosts = live(service, slices).stream()
                .flatMap(e -> e.nodeName().stream())
                .collect(Collectors.toSet());
        return cluster.nodes.values().stream()
                .filter(NodeView::ready)
                .filter(n -> !n.labels().containsKey("node.kubernetes.io/exclude-from-external-load-balancers"))
                .filter(n -> n.taints().stream().noneMatch(t -> t.key().equals("ToBeDeletedByClusterAutoscaler")))
                .filter(n -> filter.isEmpty() || n.labelled(filter.split("=")[0], filter.split("=")[1]))
                .map(NodeView::name)
                .filter(n -> !service.local() || hosts.contains(n))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<EndpointView> live(ServiceView service) {
        return live(service, cluster.slices);
    }

    private static Set<EndpointView> live(ServiceView service, List<EndpointSliceView> slices) {
        return slices.stream()
                .filter(s -> s.service().equals(service.key()))
                .flatMap(s -> s.endpoints().stream())
                .filter(e -> e.ready().orElse(false) && !e.terminating().orElse(false))
                .collect(Collectors.toSet());
    }

    /** Targets of a Service behind which a ready pod answers at this moment. */
    Set<String> answering(ServiceView service) {
        return answering(service, targets.getOrDefault(service.key(), Set.of()), cluster.slices);
    }

    private Set<String> answering(ServiceView service, Set<String> behind, List<EndpointSliceView> slices) {
        var live = live(service, slices).stream()
                .filter(e ->
                        e.pod().map(cluster.pods::get).filter(PodView::serving).isPresent())
                .toList();
        boolean direct = "eni".equals(service.annotations().get("service.beta.kubernetes.io/backend-type"));
        return behind.stream()
                .filter(t -> {
                    if (direct) {
                        return live.stream().anyMatch(e -> e.address().equals(t));
                    }
                    NodeView node = cluster.nodes.get(t);
                    return node != null
                            && node.ready()
                            && live.stream()
                                    .anyMatch(e -> !service.local()
                                            || e.nodeName().filter(t::equals).isPresent());
                })
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What would answer if everybody had followed the objects as they are. */
    Set<String> answeringInTheEnd(ServiceView service) {
        var slices = ClusterScenario.slices(cluster.services.values(), cluster.pods.values());
        return answering(service, expected(service, slices), slices);
    }

    /** Ready pods that a Service can send to at this moment. */
    int pods(ServiceView service) {
        return live(service).size();
    }

    /** Pods, by name, that could get a new connection now. */
    private Set<String> reachable() {
        var names = new HashSet<String>();
        for (ServiceView service : cluster.services.values()) {
            var answering = answering(service);
            if (answering.isEmpty()) {
                continue;
            }
            boolean direct = "eni".equals(service.annotations().get("service.beta.kubernetes.io/backend-type"));
            live(service).stream()
                    .filter(e -> direct
                            ? answering.contains(e.address())
                            : !service.local()
                                    || e.nodeName().filter(answering::contains).isPresent())
                    .forEach(e -> e.pod().ifPresent(p -> names.add(p.name())));
        }
        return names;
    }

    /** Called before time or an object moves: whoever could be reached until now, was. */
    void remember() {
        reachable().forEach(pod -> lastReachable.put(pod, cluster.now));
    }

    Instant lastReachable(PodView pod) {
        return lastReachable.getOrDefault(pod.key().name(), Instant.MIN);
    }
}
