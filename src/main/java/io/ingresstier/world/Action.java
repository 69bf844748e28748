package io.ingresstier.world;

/**
 * One write to the cluster: exactly one request, decided on the revision of an object that it carries. Every write of
 * the operator is one of these and has passed the guards; leases, events and the tier's own status are not writes.
 */
public sealed interface Action
        permits NodeAction,
                PodAction,
                ServiceAction,
                WorkloadAction,
                DrainGuardAction,
                IncumbentAction,
                OriginalsAction,
                TierAction {

    /** The kind of the object that is written. */
    String kind();

    /** Name of that object, with its namespace where it has one. */
    String object();

    /** The resourceVersion that this was decided on; empty for an object that is created. */
    String resourceVersion();

    /**
     * Whether this may take something away from traffic: an endpoint, a backend, capacity, or what the balancer is
     * told. Such an action is judged again on a live read just before it is sent, and at most one of them is sent in a
     * pass.
     */
    boolean takesAway();

    /** The action's name, as in the status, events and logs. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** One line for people: what is done to what. */
    default String sentence() {
        return name() + " " + kind() + " " + object();
    }
}
