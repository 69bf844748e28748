package io.ingresstier.world;

import java.util.Comparator;

/**
 * What tells ports of a Service apart: one number may stand for two of them, as 443 does for HTTPS and HTTP/3.
 *
 * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
 */
public record PortId(int number, String protocol) implements Comparable<PortId> {

    private static final Comparator<PortId> ORDER =
            Comparator.comparingInt(PortId::number).thenComparing(PortId::protocol);

    @Override
    public int compareTo(PortId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return protocol.equals("TCP") ? Integer.toString(number) : number + "/" + protocol;
    }
}
