package io.ingresstier.lab;

import java.time.Duration;
import java.util.Map;

/**
 * How long the cloud keeps the connections of a backend that it removed, from a Service's annotations: CLB's
 * {@code connection-drain} and {@code connection-drain-timeout}, under either prefix. The newer key wins where it is
 * present, even if its value is empty.
 */
final class ConnectionDrain {

    private static final String PREFIX = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-";
    private static final String LEGACY_PREFIX = "service.beta.kubernetes.io/alicloud-loadbalancer-";
    private static final long MINIMUM = 10;
    private static final long MAXIMUM = 900;

    private ConnectionDrain() {}

    /** Zero where draining is off: connections are cut with the backend. */
    static Duration of(Map<String, String> annotations) {
        if (!"on".equals(annotation(annotations, "connection-drain", "off"))) {
            return Duration.ZERO;
        }
        String seconds = annotation(annotations, "connection-drain-timeout", "300");
        return Duration.ofSeconds(Math.clamp(Long.parseLong(seconds), MINIMUM, MAXIMUM));
    }

    private static String annotation(Map<String, String> annotations, String name, String absent) {
        String legacy = annotations.getOrDefault(LEGACY_PREFIX + name, absent);
        return annotations.getOrDefault(PREFIX + name, legacy);
    }
}
