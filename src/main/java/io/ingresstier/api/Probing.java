package io.ingresstier.api;

/** Whether the operator asks the members' health ports itself. */
public enum Probing {
    /**
     * A member whose pod does not answer leaves the balancer within seconds, long before Kubernetes calls its node
     * lost.
     */
    Enabled,

    /** Only what Kubernetes says of pods and nodes counts. */
    Disabled
}
