package io.ingresstier.api;

/** What becomes of the cluster when a tier is deleted. */
public enum DeletionPolicy {
    /** The incumbent, the Services and the nodes are put back as they were found. */
    Restore,

    /** Everything is left running as it is; only the marks of ownership go. */
    Retain
}
