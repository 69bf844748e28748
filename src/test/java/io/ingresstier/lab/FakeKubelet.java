package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All kubelets of the API level in one: runs each pod that the real scheduler bound, and ends each that was deleted, by
 * writing what a kubelet would write. It acts on a watch and knows no time: pods start and end at once.
 */
public final class FakeKubelet implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FakeKubelet.class);

    private final KubernetesClient client;
    private final Set<String> unreadyNodes = ConcurrentHashMap.newKeySet();
    private final Set<Map.Entry<String, String>> unreadyLabels = ConcurrentHashMap.newKeySet();
    private final Set<String> lingeringNodes = ConcurrentHashMap.newKeySet();
    private final AtomicInteger addresses = new AtomicInteger();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("fake-kubelet").factory());
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Node> nodes;

    /** Starts at once. */
    public FakeKubelet(KubernetesClient client) {
        this.client = client;
        this.pods = client.pods().inAnyNamespace().runnableInformer(0);
        pods.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                later(pod);
            }

            @Override
            public void onUpdate(Pod before, Pod after) {
                later(after);
            }

            @Override
            public void onDelete(Pod pod, boolean unknown) {}
        });
        // The pod garbage collector is off: what ran on a node that is gone goes here.
        this.nodes = client.nodes().runnableInformer(0);
        nodes.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Node node) {}

            @Override
            public void onUpdate(Node before, Node after) {}

            @Override
            public void onDelete(Node node, boolean unknown) {
                worker.execute(() -> collect(node.getMetadata().getName()));
            }
        });
        pods.run();
        nodes.run();
    }

    /** Pods on this node run but are not ready, from now on. */
    public void neverReady(String node) {
        unreadyNodes.add(node);
        everyPod();
    }

    /** Pods with this label run but are not ready, from now on. */
    public void neverReady(String label, String value) {
        unreadyLabels.add(Map.entry(label, value));
        everyPod();
    }

    /** Pods on this node that are deleted keep terminating until {@link #forget}. */
    public void neverEnds(String node) {
        lingeringNodes.add(node);
    }

    /** Everything is ready and ends again. */
    public void forget() {
        unreadyNodes.clear();
        unreadyLabels.clear();
        lingeringNodes.clear();
        everyPod();
    }

    @Override
    public void close() {
        pods.stop();
        nodes.stop();
        worker.shutdownNow();
    }

    private void everyPod() {
        pods.getStore().list().forEach(this::later);
    }

    private void later(Pod pod) {
        try {
            worker.execute(() -> act(pod));
        } catch (RejectedExecutionException e) {
            LOG.debug("closed", e);
        }
    }

    private void act(Pod pod) {
        String node = pod.getSpec().getNodeName();
        try {
            if (node == null) {
                return;
            }
            if (pod.getMetadata().getDeletionTimestamp() == null) {
                run(pod, ready(pod));
            } else if (!lingeringNodes.contains(node)) {
                client.resource(pod).withGracePeriod(0).delete();
            }
        } catch (KubernetesClientException e) {
            LOG.debug(
                    "{} changed meanwhile, its next event will do",
                    pod.getMetadata().getName(),
                    e);
        }
    }

    private void collect(String node) {
        pods.getStore().list().stream()
                .filter(p -> node.equals(p.getSpec().getNodeName()))
                .forEach(p -> client.resource(p).withGracePeriod(0).delete());
    }

    private boolean ready(Pod pod) {
        return !unreadyNodes.contains(pod.getSpec().getNodeName())
                && unreadyLabels.stream()
                        .noneMatch(l -> l.getValue()
                                .equals(pod.getMetadata().getLabels().get(l.getKey())));
    }

    private void run(Pod pod, boolean ready) {
        boolean running = "Running".equals(pod.getStatus().getPhase());
        boolean wasReady = pod.getStatus().getConditions().stream()
                .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
        if (running && ready == wasReady) {
            return;
        }
        String address = running ? pod.getStatus().getPodIP() : nextAddress();
        var status = new PodStatusBuilder()
                .withPhase("Running")
                .withPodIP(address)
                .withPodIPs(new PodIP(address))
                .withStartTime(now())
                .withConditions(
                        condition("PodScheduled", true),
                        condition("Initialized", true),
                        condition("ContainersReady", ready),
                        condition("Ready", ready))
                .build();
        // As kubelets do: an update would carry labels and annotations too, as they were when the event was sent.
        client.resource(pod)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        Serialization.asJson(Map.of(
                                "metadata", Map.of("uid", pod.getMetadata().getUid()), "status", status)));
    }

    private String nextAddress() {
        int n = addresses.incrementAndGet();
        return "198.19." + (n / 250 % 250) + "." + (n % 250 + 1);
    }

    private static PodCondition condition(String type, boolean is) {
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(is ? "True" : "False")
                .withLastTransitionTime(now())
                .build();
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
