package io.ingresstier.world;

import java.util.Optional;

/**
 * One endpoint of an EndpointSlice. Absent and {@code false} differ: providers read a missing {@code ready} in opposite
 * ways.
 *
 * @param nodeName the node it lives on, where the slice says so
 * @param pod the pod behind it, where the slice says so
 */
public record EndpointView(
        String address,
        Optional<String> nodeName,
        Optional<ObjectKey> pod,
        Optional<Boolean> ready,
        Optional<Boolean> serving,
        Optional<Boolean> terminating) {

    /** Whether kube-proxy sends new connections to it: ready, and on its way nowhere. */
    public boolean live() {
        return ready.orElse(false) && !terminating.orElse(false);
    }
}
