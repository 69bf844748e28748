package io.ingresstier.api;

/** Whether {@code kubectl drain} and autoscalers wait until a member has left the balancer. */
public enum DrainGuard {
    /** Each member hosts an anchor pod under a budget that holds an eviction until the member is drained. */
    Enabled,

    /** A drained node may go while the balancer still sends to it. */
    Disabled
}
