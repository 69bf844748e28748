package io.ingresstier.lab;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** An ingress layer under traffic, to which things happen. */
final class Life implements AutoCloseable {

    /** How many nodes serve between two disruptions. */
    static final int NODES = 2;

    private static final Duration AT_MOST = Duration.ofMinutes(4);
    private static final int IMAGES = 4;

    private final Lab lab;
    private final Cloud cloud;
    private final IngressLayer layer;
    private final Traffic traffic;
    private final List<Phase> phases = new ArrayList<>();
    private final List<String> victims = new ArrayList<>();
    private int image = 1;

    /** Starts the traffic; the layer serves already. */
    Life(Lab lab, Cloud cloud, IngressLayer layer, Load load) {
        this.lab = lab;
        this.cloud = cloud;
        this.layer = layer;
        this.traffic = lab.traffic(load);
        try {
            await("the traffic to flow").atMost(Duration.ofMinutes(2)).until(() -> traffic.flowing(load));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Lets this happen and waits until the layer has settled, and so many requests were sent since it began. */
    Phase through(Disruption disruption, int requests) {
        Instant from = Instant.now();
        disruption.happen(this);
        await("enough requests").atMost(Duration.ofMinutes(10)).until(() -> traffic.requestsSince(from) >= requests);
        var phase = new Phase(disruption.name(), from, Instant.now());
        phases.add(phase);
        return phase;
    }

    /** What has happened so far. */
    List<Phase> phases() {
        return List.copyOf(phases);
    }

    /** Stops the traffic and gives what the clients counted. */
    TrafficResult end() {
        return traffic.stop();
    }

    Lab lab() {
        return lab;
    }

    IngressLayer layer() {
        return layer;
    }

    /** The member that something happens to next: the one to which nothing has happened for the longest time. */
    String victim() {
        String victim = layer.nodes().stream()
                .min(Comparator.comparingInt(victims::lastIndexOf))
                .orElseThrow();
        victims.add(victim);
        return victim;
    }

    /** An image that does not run yet; all have the same content. */
    String nextImage() {
        image = image % IMAGES + 1;
        return image();
    }

    /** Waits until so many pods of the wanted image serve, each on a node of its own, and nothing is under way. */
    void awaitSettled(int nodes) {
        await("%s to settle with %d nodes".formatted(layer, nodes))
                .atMost(AT_MOST)
                .until(() -> layer.settled() && cloud.serving() && serving(nodes));
    }

    private boolean serving(int nodes) {
        List<Pod> pods = lab.client()
                .pods()
                .inNamespace(Incumbent.NAMESPACE)
                .withLabels(Incumbent.LABELS)
                .list()
                .getItems();
        return pods.size() == nodes
                && pods.stream().map(p -> p.getSpec().getNodeName()).distinct().count() == nodes
                && pods.stream().allMatch(this::serves);
    }

    private boolean serves(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getSpec().getContainers().stream()
                        .allMatch(c -> c.getImage().equals(image()))
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
    }

    private String image() {
        return "lab.local/nginx:" + image;
    }

    @Override
    public void close() {
        traffic.close();
        layer.close();
    }
}
