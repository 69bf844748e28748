package io.ingresstier.api;

/** Whether the members of a tier run anything else. */
public enum Isolation {
    /** Other pods may run on members. */
    Shared,

    /** Members are tainted with {@code NoSchedule} once their ingress pod is Ready. */
    Exclusive
}
