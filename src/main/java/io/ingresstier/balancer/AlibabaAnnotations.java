package io.ingresstier.balancer;

import io.ingresstier.world.ServiceView;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The annotations of a Service as cloud-provider-alibaba-cloud reads them
 * (pkg/controller/service/reconcile/annotation/annotations.go): each has a key of today and a legacy one.
 */
final class AlibabaAnnotations {

    static final String PREFIX = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-";
    static final String LEGACY_PREFIX = "service.beta.kubernetes.io/alicloud-loadbalancer-";

    static final String BACKEND_LABEL = "backend-label";
    static final String REMOVE_UNSCHEDULED = "remove-unscheduled-backend";
    static final String DRAIN = "connection-drain";
    static final String DRAIN_TIMEOUT = "connection-drain-timeout";
    static final String HEALTHY_THRESHOLD = "healthy-threshold";
    static final String CHECK_INTERVAL = "health-check-interval";

    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,9}");

    private AlibabaAnnotations() {}

    /** Today's key wins where it is present, even with an empty value. */
    static Optional<String> get(ServiceView service, String suffix) {
        return Optional.ofNullable(service.annotations().get(PREFIX + suffix))
                .or(() -> Optional.ofNullable(service.annotations().get(LEGACY_PREFIX + suffix)));
    }

    /** The value, or "" where there is none: the controller treats the two alike in all but the choice of the key. */
    static String text(ServiceView service, String suffix) {
        return get(service, suffix).orElse("");
    }

    /** Both keys with the same value: whichever the controller reads, and whatever version of it. */
    static Map<String, String> both(String suffix, String value) {
        return Map.of(PREFIX + suffix, value, LEGACY_PREFIX + suffix, value);
    }

    /** A whole number as Go's {@code strconv.Atoi} takes it: a sign is fine, spaces are not. */
    static OptionalInt integer(String text) {
        return INTEGER.matcher(text).matches() ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }
}
