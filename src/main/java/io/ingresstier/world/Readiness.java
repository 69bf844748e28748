package io.ingresstier.world;

/** What a node's conditions say of its readiness; cloud controllers treat each of the four cases in its own way. */
public enum Readiness {
    /** The node has no condition at all, as a node that has just been created. */
    NO_CONDITIONS,
    /** There are conditions, but none of type {@code Ready}. */
    NO_READY_CONDITION,
    /** {@code Ready} is {@code False} or {@code Unknown}. */
    NOT_READY,
    /** {@code Ready} is {@code True}. */
    READY
}
