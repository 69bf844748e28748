package io.ingresstier.api;

/** The conditions of a tier. Ready, Reconciling and Stalled are those that kstatus reads. */
public enum ConditionType {
    /** Every member serves, at the current generation. */
    Ready,

    /** Something is under way; the reason is the step. */
    Reconciling,

    /** Nothing more will happen until somebody acts. */
    Stalled,

    /** The specification fits the cluster. */
    Accepted,

    /** Every chosen node is claimed and hosts a ready pod. */
    NodesReady,

    /** The DaemonSet is as rendered and its pods are available. */
    WorkloadAvailable,

    /** The balancers have taken every change over. */
    BackendsSettled,

    /** The tier and the incumbent have served side by side for long enough. */
    Soaked,

    /** The tier serves alone. */
    TakenOver,

    /** Somebody else writes what the tier owns. Abnormal when true. */
    Contested
}
