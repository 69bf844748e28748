package io.ingresstier.api;

/** Whose rules decide which nodes are backends of a load balancer. */
public enum Provider {
    /** Detected from the nodes' provider IDs and the annotations already on the Services. */
    Auto,

    /** Alibaba Cloud: CLB and NLB. */
    Alibaba,

    /** Any other cloud: only the label that excludes a node from load balancers is understood. */
    Generic
}
