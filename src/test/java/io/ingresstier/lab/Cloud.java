package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.ingresstier.balancer.AlibabaConfig;
import io.ingresstier.balancer.AlibabaRules;
import io.ingresstier.balancer.BackendRules;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.ObjectKey;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cloud's controller, played: it watches Services, Nodes and EndpointSlices, decides with the provider's rules, and
 * after the cloud's latency programs the balancers and writes back what the real controller writes. A Service has one
 * sync at a time; what changes meanwhile is seen by the next one, so what is programmed can be old.
 */
public final class Cloud implements AutoCloseable {

    /** The Service whose port 80 is backed by HAProxy where the lab has one. */
    public static final ObjectKey INGRESS = new ObjectKey("kube-system", "nginx-ingress-lb");

    private static final Duration LATENCY = Duration.ofMillis(700);

    private static final Logger LOG = LoggerFactory.getLogger(Cloud.class);

    private final BackendRules rules = new AlibabaRules(AlibabaConfig.defaults());
    private final Map<ObjectKey, CloudBalancer> balancers = new ConcurrentHashMap<>();
    private final Set<ObjectKey> dirty = new HashSet<>();
    private final Set<ObjectKey> busy = new HashSet<>();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lab-cloud").factory());
    private final CloudReport report;
    private final Map<Integer, LoadBalancer> listeners;
    private final String address;
    private final SharedIndexInformer<Service> services;
    private final SharedIndexInformer<Node> nodes;
    private final SharedIndexInformer<EndpointSlice> slices;
    private volatile Duration latency = LATENCY;
    private volatile boolean paused;

    /**
     * Starts the controller.
     *
     * @param listeners by port of {@link #INGRESS}, the balancers that carry traffic; empty at the API level, where
     *     backends are only remembered
     * @param address what {@link #INGRESS} gets as its balancer's address
     */
    public Cloud(KubernetesClient client, Map<Integer, LoadBalancer> listeners, String address) {
        this.report = new CloudReport(client);
        this.listeners = Map.copyOf(listeners);
        this.address = address;
        this.services = client.services().inAnyNamespace().runnableInformer(0);
        this.nodes = client.nodes().runnableInformer(0);
        this.slices = client.discovery().v1().endpointSlices().inAnyNamespace().runnableInformer(0);
        services.addEventHandler(new CloudWatch<>(CloudWatch::serviceMatters, s -> changed(ObjectKey.of(s))));
        nodes.addEventHandler(new CloudWatch<>(CloudWatch::nodeMatters, n -> everyService()));
        slices.addEventHandler(new CloudWatch<>(CloudWatch::sliceMatters, s -> changed(serviceOf(s))));
        nodes.run();
        slices.run();
        services.run();
    }

    /** What is behind a port of a Service: node names, or pod addresses in pod-direct mode. */
    public Set<String> backends(ObjectKey service, int port) {
        return balancer(service).backends(port);
    }

    /** Every set of backends that a Service had, oldest first. */
    public List<CloudBalancer.Change> history(ObjectKey service) {
        return balancer(service).history();
    }

    /** Sets how long the cloud takes from reading the cluster to having programmed the balancer. */
    public void latency(Duration latency) {
        this.latency = latency;
    }

    /** Stops syncing; what happens meanwhile is synced after {@link #resume}. A sync under way still ends. */
    public void pause() {
        paused = true;
    }

    /** Syncs again. */
    public void resume() {
        paused = false;
        everyService();
    }

    /** Whether nothing that the informers have seen is still to be synced. */
    public boolean idle() {
        synchronized (dirty) {
            return dirty.isEmpty() && busy.isEmpty();
        }
    }

    /** Whether a sync is under way; one that is only wanted, as a paused cloud may have for long, is not. */
    boolean syncing() {
        synchronized (dirty) {
            return !busy.isEmpty();
        }
    }

    /** Whether it knows of a node, as far as its informer is. */
    boolean knows(String node) {
        return nodes.getStore().getByKey(node) != null;
    }

    /** Whether every backend behind the ports that carry traffic has passed its health checks, and there is one. */
    public boolean serving() {
        return idle()
                && listeners.entrySet().stream().allMatch(port -> {
                    var open = port.getValue().state().values().stream()
                            .filter(LoadBalancer.Server::open)
                            .count();
                    return open > 0 && open == backends(INGRESS, port.getKey()).size();
                });
    }

    /** As it was at first: syncing at its usual pace, without history. */
    void reset() {
        latency = LATENCY;
        resume();
        balancers.values().forEach(CloudBalancer::forget);
    }

    @Override
    public void close() {
        worker.shutdownNow();
        services.stop();
        nodes.stop();
        slices.stop();
        listeners.values().forEach(LoadBalancer::close);
    }

    private void everyService() {
        services.getStore().list().forEach(s -> changed(ObjectKey.of(s)));
    }

    private void changed(ObjectKey service) {
        synchronized (dirty) {
            dirty.add(service);
        }
        later(Duration.ZERO, () -> begin(service));
    }

    private void begin(ObjectKey key) {
        synchronized (dirty) {
            if (paused || busy.contains(key) || !dirty.remove(key)) {
                return;
            }
            busy.add(key);
        }
        try {
            Service service = services.getStore().getByKey(key.toString());
            Optional<CloudView> view = Optional.ofNullable(service)
                    .filter(s -> "LoadBalancer".equals(s.getSpec().getType()))
                    .map(s -> CloudView.of(
                            rules, s, nodes.getStore().list(), slices.getStore().list()))
                    .filter(v -> v.backends().managed());
            later(latency, () -> end(key, view));
        } catch (RuntimeException e) {
            failed(key, e);
        }
    }

    private void end(ObjectKey key, Optional<CloudView> view) {
        try {
            view.ifPresentOrElse(this::sync, () -> release(key));
            again(key, false);
        } catch (RuntimeException e) {
            failed(key, e);
        }
    }

    private void failed(ObjectKey key, RuntimeException e) {
        if (e instanceof KubernetesClientException k && k.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
            again(key, false); // deleted meanwhile
            return;
        }
        LOG.warn("sync of {} failed, trying again: {}", key, String.valueOf(e.getMessage()));
        again(key, true);
    }

    private void release(ObjectKey key) {
        Optional.ofNullable(balancers.get(key)).ifPresent(CloudBalancer::release);
    }

    private void again(ObjectKey key, boolean retry) {
        synchronized (dirty) {
            busy.remove(key);
            if (retry) {
                dirty.add(key);
            }
        }
        later(retry ? Duration.ofSeconds(1) : Duration.ZERO, () -> begin(key));
    }

    private void sync(CloudView view) {
        var service = view.service();
        var balancer = balancer(service.key());
        balancer.program(view);
        report.address(service, service.key().equals(INGRESS) ? address : "203.0.113.9");
        if (view.backends().error().isPresent()) {
            report.event(
                    service,
                    "Warning",
                    "SyncLoadBalancerFailed",
                    view.backends().error().get().message());
            return;
        }
        report.hash(service);
        if (balancer.available()) {
            report.event(service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer");
        } else {
            report.event(service, "Normal", "UnAvailableLoadBalancer", "There are no available nodes for LoadBalancer");
        }
    }

    private static ObjectKey serviceOf(EndpointSlice slice) {
        return EndpointSliceView.of(slice).service();
    }

    private CloudBalancer balancer(ObjectKey service) {
        return balancers.computeIfAbsent(service, key -> new CloudBalancer(key.equals(INGRESS) ? listeners : Map.of()));
    }

    private void later(Duration delay, Runnable task) {
        try {
            worker.schedule(
                    () -> {
                        try {
                            task.run();
                        } catch (RuntimeException e) {
                            LOG.error("the played cloud failed", e);
                        }
                    },
                    delay.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the cloud is closed", e);
        }
    }
}
