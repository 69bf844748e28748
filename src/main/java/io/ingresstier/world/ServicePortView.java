package io.ingresstier.world;

/**
 * A port of a Service.
 *
 * @param name empty for the only, unnamed port
 * @param nodePort 0 where none was allocated
 * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
 * @param targetPort a number or the name of a container port, as text
 */
public record ServicePortView(String name, int port, int nodePort, String protocol, String targetPort) {

    /** What tells it apart from the Service's other ports. */
    public PortId id() {
        return new PortId(port, protocol);
    }

    /** Whether the target is a container port's name, which every pod resolves by itself. */
    public boolean named() {
        return targetPort.chars().anyMatch(c -> c < '0' || c > '9');
    }
}
