package io.ingresstier.balancer;

/** How a balancer reaches the pods of a Service. */
public enum BackendMode {
    /** Every (filtered) node is a target, kube-proxy forwards to any pod. */
    CLUSTER,
    /** Nodes that host a ready pod are targets, kube-proxy forwards to pods on the same node. */
    LOCAL,
    /** Pods are targets; node filters do not apply. */
    POD_DIRECT
}
