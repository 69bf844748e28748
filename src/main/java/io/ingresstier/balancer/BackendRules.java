package io.ingresstier.balancer;

import io.ingresstier.api.Provider;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ServiceView;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one provider's balancer does. Pure: the same objects always give the same targets. One file a provider; the
 * rules are those of the provider's own controller and are held by vectors that its code computed.
 */
public sealed interface BackendRules permits AlibabaRules, GenericRules {

    /** The provider's name as in {@code spec.loadBalancer.provider}. */
    String name();

    /**
     * The targets behind a Service.
     *
     * @param nodes every node of the cluster
     * @param slices slices of any Service; those of others are ignored
     */
    Backends backends(ServiceView service, Collection<NodeView> nodes, List<EndpointSliceView> slices);

    /** Annotations that restrict targets to nodes with this label, every key the provider reads; empty if it cannot. */
    Map<String, String> selection(String labelKey, String labelValue);

    /** Annotations that make the balancer drain connections for so long when a target goes; empty if it cannot. */
    Map<String, String> draining(Duration drain);

    /**
     * Upper bound of the time the balancer needs to take a change over, from the Service's health-check annotations.
     */
    Duration settleBound(ServiceView service);

    /** What the provider's controller changes on a Service after it synced it; empty where it leaves no trace. */
    Optional<String> syncHash(ServiceView service);

    /** The Service as the provider's controller leaves it once it has synced it: {@link #syncHash} has moved. */
    ServiceView synced(ServiceView service);

    /** Whether a changed {@link #syncHash} is to be expected after a Service change. */
    boolean signals();

    /** Why this node can never be a sound target, whatever the Service says; empty if it can. */
    Optional<String> unfit(NodeView node);

    /** Why this node, as a target, would stop the provider's controller for a whole port; empty if it would not. */
    Optional<String> freezes(NodeView node);

    /** {@link #of(Provider, AlibabaConfig, Collection, Collection)} with controllers as they are shipped. */
    static BackendRules of(Provider provider, Collection<NodeView> nodes, Collection<ServiceView> services) {
        return of(provider, AlibabaConfig.defaults(), nodes, services);
    }

    /**
     * The rules of a provider.
     *
     * @param provider {@code spec.loadBalancer.provider}; {@code Auto} looks at the cluster, and whatever is not
     *     understood is {@code Generic}
     * @param nodes every node of the cluster
     * @param services the Services of the tier
     */
    static BackendRules of(
            Provider provider, AlibabaConfig config, Collection<NodeView> nodes, Collection<ServiceView> services) {
        return switch (provider) {
            case Alibaba -> new AlibabaRules(config);
            case Generic -> new GenericRules();
            case Auto -> Detection.alibaba(nodes, services) ? new AlibabaRules(config) : new GenericRules();
        };
    }
}
