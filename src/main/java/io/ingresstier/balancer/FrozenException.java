package io.ingresstier.balancer;

/** A provider's controller gives up on a port or a Service; its backends then stay as they were. */
@SuppressWarnings("serial") // never leaves this package
final class FrozenException extends Exception {

    private final BackendError error;

    FrozenException(String kind, String message) {
        super(message, null, false, false);
        this.error = new BackendError(kind, message);
    }

    BackendError error() {
        return error;
    }
}
