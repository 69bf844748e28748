package io.ingresstier.balancer;

import io.ingresstier.world.ServiceView;

/**
 * The two balancers of Alibaba Cloud that stand before a Service; a controller each, with small differences in the
 * rules.
 */
enum AlibabaBalancer {
    /** Classic Load Balancer: an error on one port leaves the others working. */
    CLB,
    /** Network Load Balancer: an error on one port stops the whole Service. */
    NLB;

    private static final String NLB_CLASS = "alibabacloud.com/nlb";
    private static final String CLASS = "service.beta.kubernetes.io/class";
    private static final String TYPE = AlibabaAnnotations.PREFIX + "type";
    private static final String TUNNEL_TYPE = AlibabaAnnotations.PREFIX + "tunnel-type";

    /** The balancer whose rules apply to a Service. */
    static AlibabaBalancer of(ServiceView service, AlibabaConfig config) {
        return NLB.chosen(service, config) ? NLB : CLB;
    }

    /** Whether this balancer's controller keeps a balancer for the Service (pkg/controller/helper/service_utils.go). */
    boolean manages(ServiceView service, AlibabaConfig config) {
        return wanted(service) && chosen(service, config);
    }

    /** Whether a Service asks for a balancer at all: a deleted one does no more. */
    static boolean wanted(ServiceView service) {
        return service.loadBalancer() && !service.terminating();
    }

    private boolean chosen(ServiceView service, AlibabaConfig config) {
        // These three keys are read without the legacy prefix.
        String type = config.typeAnnotation() ? service.annotations().getOrDefault(TYPE, "") : "";
        return switch (this) {
            case NLB -> NLB_CLASS.equals(service.loadBalancerClass()) || "nlb".equals(type);
            case CLB ->
                service.loadBalancerClass().isEmpty()
                        && type.isEmpty()
                        && !service.annotations().containsKey(TUNNEL_TYPE)
                        && service.annotations().getOrDefault(CLASS, "").isEmpty();
        };
    }
}
