package io.ingresstier.api;

/** How the incumbent is retired once the tier serves. */
public enum Retire {
    /** It stays, at zero replicas: the place where its owner updates image and arguments. */
    ScaleToZero,

    /** It is deleted; its specification is kept in the recorded originals. */
    Delete
}
