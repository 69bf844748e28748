package io.ingresstier.balancer;

import io.ingresstier.world.NodeView;
import io.ingresstier.world.ServiceView;
import java.util.Collection;
import java.util.regex.Pattern;

/** Which cloud's balancer this is, from what the cluster shows. */
final class Detection {

    /**
     * Region and instance, as in {@code cn-hangzhou.i-bp1abc}; strict, for other clouds and bare metal have dots as
     * well.
     */
    private static final Pattern ALIBABA_INSTANCE =
            Pattern.compile("alicloud://.+|ack-hybrid://.+|[a-z]{2,}(-[a-z0-9]+)+\\.[A-Za-z0-9-]+");

    private static final String ALIBABA_ANNOTATIONS = "service.beta.kubernetes.io/alibaba-cloud-";
    private static final String ALIBABA_LEGACY_ANNOTATIONS = "service.beta.kubernetes.io/alicloud-";
    private static final String ALIBABA_CLASSES = "alibabacloud.com/";

    private Detection() {}

    /** Most nodes' providerID decides; else what somebody already wrote on a Service. */
    static boolean alibaba(Collection<NodeView> nodes, Collection<ServiceView> services) {
        long instances = nodes.stream()
                .filter(n -> ALIBABA_INSTANCE.matcher(n.providerId()).matches())
                .count();
        return instances * 2 > nodes.size() || services.stream().anyMatch(Detection::alibaba);
    }

    private static boolean alibaba(ServiceView service) {
        return service.loadBalancerClass().startsWith(ALIBABA_CLASSES)
                || service.annotations().keySet().stream()
                        .anyMatch(key ->
                                key.startsWith(ALIBABA_ANNOTATIONS) || key.startsWith(ALIBABA_LEGACY_ANNOTATIONS));
    }
}
