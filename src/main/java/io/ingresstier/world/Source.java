package io.ingresstier.world;

/**
 * What a {@link World} is made from. One that has not been read yet, or has gone stale, is <em>unknown</em>, not empty.
 */
public enum Source {
    NODES,
    SERVICES,
    ENDPOINTS,
    PODS,
    WORKLOADS,
    INCUMBENTS,
    ORIGINALS,
    NAMESPACES,
    TIERS,
    SCALERS,
    BUDGETS,
    INGRESSES
}
