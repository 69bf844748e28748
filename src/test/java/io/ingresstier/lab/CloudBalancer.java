package io.ingresstier.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One Service's load balancer: what is behind each of its ports now and was before, and HAProxy for a port that carries
 * traffic.
 */
final class CloudBalancer {

    private final Map<Integer, Map<String, InetSocketAddress>> ports = new TreeMap<>();
    private final List<Change> history = new ArrayList<>();
    private final Map<Integer, LoadBalancer> listeners;
    private Duration drain = Duration.ZERO;

    CloudBalancer(Map<Integer, LoadBalancer> listeners) {
        this.listeners = listeners;
    }

    /**
     * The backends of a port from some moment on.
     *
     * @param backends node names, or pod addresses in pod-direct mode
     */
    public record Change(Instant at, int port, Set<String> backends) {

        public Change {
            backends = Set.copyOf(backends);
        }
    }

    /**
     * Takes over what a sync decided: backends first, then the listener's draining, in the real controller's order. So
     * the removals of a sync still follow the draining that was set before it.
     */
    synchronized void program(CloudView view) {
        view.targets().forEach((port, targets) -> {
            if (!view.frozen(port)) {
                program(port, targets);
            }
        });
        if (view.serviceChanged() && view.backends().error().isEmpty()) {
            drain = ConnectionDrain.of(view.service().annotations());
        }
    }

    /** Takes every backend away, connections included: the Service is gone or not the cloud's any more. */
    synchronized void release() {
        drain = Duration.ZERO;
        Set.copyOf(ports.keySet()).forEach(port -> program(port, Map.of()));
    }

    /** What is behind a port; empty too where the port was never synced. */
    synchronized Set<String> backends(int port) {
        return Set.copyOf(ports.getOrDefault(port, Map.of()).keySet());
    }

    synchronized List<Change> history() {
        return List.copyOf(history);
    }

    synchronized void forget() {
        history.clear();
    }

    /** Whether every port has a backend. */
    synchronized boolean available() {
        return !ports.isEmpty() && ports.values().stream().noneMatch(Map::isEmpty);
    }

    /** What a listener refuses has not happened: the next sync finds it undone, tries again and tells it then. */
    private void program(int port, Map<String, InetSocketAddress> targets) {
        Optional.ofNullable(listeners.get(port)).ifPresent(l -> l.backends(targets, drain));
        var before = ports.put(port, Map.copyOf(targets));
        if (before == null || !before.keySet().equals(targets.keySet())) {
            history.add(new Change(Instant.now(), port, targets.keySet()));
        }
    }
}
