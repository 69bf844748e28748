package io.ingresstier.workload;

/**
 * A port that a pod takes on its node: no second pod with the same one fits there.
 *
 * @param hostIp the node's address that it binds to; {@code 0.0.0.0} is all of them
 * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
 */
public record HostPort(String hostIp, int port, String protocol) {}
