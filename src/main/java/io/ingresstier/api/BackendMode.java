package io.ingresstier.api;

/** What a load balancer sends to, and how requests travel from there. */
public enum BackendMode {
    /** To nodes that host a ready pod ({@code externalTrafficPolicy: Local}). */
    Local,

    /** To any node, which may pass the request on to a pod elsewhere ({@code externalTrafficPolicy: Cluster}). */
    Cluster,

    /** To the pods' own addresses; labels of nodes decide nothing. */
    PodDirect
}
