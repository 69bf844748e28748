package io.ingresstier.balancer;

import io.ingresstier.api.Provider;
import io.ingresstier.world.Edits;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ServiceView;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Alibaba Cloud: CLB, or NLB where the Service's class says so, driven by cloud-provider-alibaba-cloud. */
public record AlibabaRules(AlibabaConfig config) implements BackendRules {

    private static final String HASH = "service.beta.kubernetes.io/hash";
    private static final long MIN_DRAIN_SECONDS = 10;
    private static final long MAX_DRAIN_SECONDS = 900;
    private static final Duration DEFAULT_BOUND = Duration.ofSeconds(30);
    private static final int DEFAULT_THRESHOLD = 3;
    private static final int DEFAULT_INTERVAL_SECONDS = 10;

    @Override
    public String name() {
        return Provider.Alibaba.name();
    }

    @Override
    public Backends backends(ServiceView service, Collection<NodeView> nodes, List<EndpointSliceView> slices) {
        return backends(AlibabaBalancer.of(service, config), service, nodes, slices);
    }

    /** What one of the two balancers would have, even where it is not the one that the Service asks for. */
    Backends backends(
            AlibabaBalancer balancer, ServiceView service, Collection<NodeView> nodes, List<EndpointSliceView> slices) {
        return new AlibabaBackends(balancer, config, service, nodes).with(slices);
    }

    /**
     * An annotation of the Service by the two-prefix rule.
     *
     * @param suffix what follows {@code service.beta.kubernetes.io/alibaba-cloud-loadbalancer-}, such as
     *     {@code backend-label}
     * @return the value under today's key where that is present, even an empty one; else the value under the legacy key
     */
    public static Optional<String> annotation(ServiceView service, String suffix) {
        return AlibabaAnnotations.get(service, suffix);
    }

    @Override
    public Map<String, String> selection(String labelKey, String labelValue) {
        return AlibabaAnnotations.both(AlibabaAnnotations.BACKEND_LABEL, labelKey + "=" + labelValue);
    }

    /**
     * {@inheritDoc} The time is brought within the cloud's limits, 10–900 s. CLB drains on TCP and UDP listeners only.
     */
    @Override
    public Map<String, String> draining(Duration drain) {
        long seconds = Math.clamp(drain.toSeconds(), MIN_DRAIN_SECONDS, MAX_DRAIN_SECONDS);
        var annotations = new HashMap<>(AlibabaAnnotations.both(AlibabaAnnotations.DRAIN, "on"));
        annotations.putAll(AlibabaAnnotations.both(AlibabaAnnotations.DRAIN_TIMEOUT, Long.toString(seconds)));
        return Map.copyOf(annotations);
    }

    /**
     * {@inheritDoc} A new target takes traffic after {@code healthy-threshold} good checks in a row, and one more
     * interval may pass before the first. Where only one of the two is set, the other is taken as the larger of the two
     * balancers' defaults (CLB 3 checks every 2 s, NLB 2 every 10 s).
     */
    @Override
    public Duration settleBound(ServiceView service) {
        OptionalInt threshold = positive(service, AlibabaAnnotations.HEALTHY_THRESHOLD);
        OptionalInt interval = positive(service, AlibabaAnnotations.CHECK_INTERVAL);
        if (threshold.isEmpty() && interval.isEmpty()) {
            return DEFAULT_BOUND;
        }
        return Duration.ofSeconds(
                (threshold.orElse(DEFAULT_THRESHOLD) + 1L) * interval.orElse(DEFAULT_INTERVAL_SECONDS));
    }

    private static OptionalInt positive(ServiceView service, String suffix) {
        OptionalInt value = AlibabaAnnotations.integer(AlibabaAnnotations.text(service, suffix));
        return value.isPresent() && value.getAsInt() > 0 ? value : OptionalInt.empty();
    }

    /**
     * {@inheritDoc} A hash of ports, type, policy, class and annotations, written after each sync; the selector is not
     * in it.
     */
    @Override
    public Optional<String> syncHash(ServiceView service) {
        return Optional.ofNullable(service.labels().get(HASH));
    }

    /** {@inheritDoc} The value is not the controller's own; only that it moves with the annotations is. */
    @Override
    public ServiceView synced(ServiceView service) {
        var read = new TreeMap<>(service.annotations());
        read.keySet().removeIf(key -> !key.startsWith("service.beta.kubernetes.io/"));
        return service.with(Edits.of(
                Map.of(HASH, Optional.of("foreseen-" + Integer.toHexString(read.hashCode()))), Map.of()));
    }

    @Override
    public boolean signals() {
        return true;
    }

    @Override
    public Optional<String> unfit(NodeView node) {
        if (AlibabaNode.virtual(node)) {
            return Optional.of("a virtual node");
        }
        return AlibabaNode.excluded(node).or(() -> AlibabaNode.leaving(node)).or(() -> freezes(node));
    }

    @Override
    public Optional<String> freezes(NodeView node) {
        return AlibabaNode.virtual(node)
                        || AlibabaNode.instance(node).filter(i -> !i.isEmpty()).isPresent()
                ? Optional.empty()
                : Optional.of((node.providerId().isEmpty()
                                ? "it has no providerID"
                                : "its providerID " + node.providerId() + " is not of the form region.instance")
                        + ", and one such node stops the cloud's controller from changing any backend");
    }
}
