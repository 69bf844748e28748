package io.ingresstier.api;

/** Where a rollout stops until somebody approves. */
public enum Approval {
    /** Nowhere. */
    None,

    /** Before the first Service is attached, until {@code ingresstier.io/approve: <generation>} is annotated. */
    BeforeAttach
}
