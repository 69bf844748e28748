package io.ingresstier.api;

/** Where a member is in its life. */
public enum NodeState {
    /** Carries the label; its pod does not exist yet. */
    Claimed,

    /** Its pod exists and is not ready for long enough. */
    Starting,

    /** Its pod is ready; the balancer is taking it up. */
    Attaching,

    /** An expected backend for the settle bound. */
    Serving,

    /** Marked as excluded from load balancers; the balancer is dropping it. */
    Excluded,

    /** No longer a backend; what it still has is finishing. */
    Draining,

    /** Label and taint are off; its pod is going. */
    Released,

    /** NotReady for so long that another node is claimed in its place. */
    Lost,

    /** Closed to new pods; leaves the balancer and comes back when uncordoned in time. */
    Cordoned
}
