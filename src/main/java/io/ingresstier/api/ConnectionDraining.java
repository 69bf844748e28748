package io.ingresstier.api;

/** Whether the balancer lets live connections of a leaving backend finish. */
public enum ConnectionDraining {
    /** Turned on at the balancer before its backends are selected anew. */
    Enabled,

    /** Left as found. */
    Disabled
}
