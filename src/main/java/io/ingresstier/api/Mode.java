package io.ingresstier.api;

/** What the operator may write for a tier. */
public enum Mode {
    /** Everything that the plan says. */
    Apply,

    /** Nothing but the status, which shows what would be done. */
    Plan,

    /** No writes; everything is still reported. */
    Paused
}
