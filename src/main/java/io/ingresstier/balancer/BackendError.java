package io.ingresstier.balancer;

/**
 * Why a provider's controller cannot compute backends.
 *
 * @param kind a short stable word for the kind of error, as in the vectors
 * @param message the same for people: what is wrong and on which object
 */
public record BackendError(String kind, String message) {}
