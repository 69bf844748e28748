package io.ingresstier.api;

/** What happens when a Service already carries somebody else's backend selection. */
public enum ConflictPolicy {
    /** The tier is not accepted. */
    Refuse,

    /** The foreign selection is recorded, then replaced. */
    Overwrite
}
