package io.ingresstier.world;

/**
 * A port of a Service.
 *
 * @param name empty for the only, unnamed port
 * @param nodePort 0 where none was allocated
 * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
 * @param targetPort a number or the name of a container port, as text
 */
public record ServicePortView(String name, int port, int nodePort, String protocol, String targetPort) {}
