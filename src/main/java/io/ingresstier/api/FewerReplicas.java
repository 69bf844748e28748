package io.ingresstier.api;

/** What happens when a tier has fewer pods than the incumbent. */
public enum FewerReplicas {
    /** The tier is not accepted while the incumbent runs. */
    Refuse,

    /** The tier takes over with what it has. */
    Allow
}
