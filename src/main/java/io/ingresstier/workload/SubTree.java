package io.ingresstier.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Whether one JSON tree holds all of another. The API server adds defaults and other writers add what is theirs:
 * neither is a difference. Lists and maps are compared as server-side apply merges them (the
 * {@code x-kubernetes-list-type} and {@code -map-type} of the API), or applying would not remove a difference that is
 * found here, again and again.
 */
final class SubTree {

    /** Lists whose elements are merged by key; all others are replaced as a whole. */
    private static final Map<String, List<String>> KEYS = Map.ofEntries(
            Map.entry("containers", List.of("name")),
            Map.entry("initContainers", List.of("name")),
            Map.entry("volumes", List.of("name")),
            Map.entry("env", List.of("name")),
            Map.entry("imagePullSecrets", List.of("name")),
            Map.entry("claims", List.of("name")),
            Map.entry("resourceClaims", List.of("name")),
            Map.entry("volumeMounts", List.of("mountPath")),
            Map.entry("volumeDevices", List.of("devicePath")),
            Map.entry("hostAliases", List.of("ip")),
            Map.entry("ports", List.of("containerPort", "protocol")));

    private static final Map<String, String> KEY_DEFAULTS = Map.of("protocol", "TCP");

    /** Objects that are replaced as a whole: an addition of somebody else's is a difference. */
    private static final Set<String> ATOMIC = Set.of("nodeSelector", "selector", "labelSelector");

    private static final Set<String> QUANTITIES = Set.of("sizeLimit", "divisor");

    private static final Set<String> MAPS_OF_QUANTITIES = Set.of("limits", "requests", "overhead");

    private SubTree() {}

    /** Whether {@code live} holds all of {@code desired}; {@code field} is the name under which both are found. */
    static boolean holds(String field, JsonNode live, JsonNode desired) {
        if (live.isMissingNode()) {
            return isZero(desired);
        }
        if (ATOMIC.contains(field)) {
            return holds("", live, desired) && holds("", desired, live);
        }
        if (desired.isObject()) {
            return live.isObject()
                    && desired.properties().stream()
                            .allMatch(entry -> MAPS_OF_QUANTITIES.contains(field)
                                    ? sameQuantity(live.path(entry.getKey()), entry.getValue())
                                    : holds(entry.getKey(), live.path(entry.getKey()), entry.getValue()));
        }
        if (desired.isArray()) {
            return live.isArray()
                    && (KEYS.containsKey(field) ? holdsByKey(field, live, desired) : holdsInOrder(live, desired));
        }
        return QUANTITIES.contains(field) ? sameQuantity(live, desired) : sameScalar(live, desired);
    }

    /** Order does not count here: apply puts what it owns in order only as far as other writers' elements let it. */
    private static boolean holdsByKey(String field, JsonNode live, JsonNode desired) {
        var keys = KEYS.getOrDefault(field, List.of());
        return elements(desired)
                .allMatch(wanted -> elements(live)
                        .anyMatch(found -> key(found, keys).equals(key(wanted, keys)) && holds("", found, wanted)));
    }

    private static boolean holdsInOrder(JsonNode live, JsonNode desired) {
        return live.size() == desired.size()
                && IntStream.range(0, desired.size()).allMatch(i -> holds("", live.path(i), desired.path(i)));
    }

    private static List<String> key(JsonNode element, List<String> keys) {
        return keys.stream()
                .map(key -> element.path(key).asText(KEY_DEFAULTS.getOrDefault(key, "")))
                .toList();
    }

    /** The API server leaves such values out when it answers. */
    private static boolean isZero(JsonNode node) {
        return node.isMissingNode()
                || node.isNull()
                || (node.isContainerNode() && node.isEmpty())
                || (node.isNumber() && node.decimalValue().signum() == 0)
                || (node.isBoolean() && !node.booleanValue())
                || (node.isTextual() && node.textValue().isEmpty());
    }

    private static boolean sameScalar(JsonNode live, JsonNode desired) {
        // An int and a long of the same value are not equal as nodes.
        return live.isNumber() && desired.isNumber()
                ? live.decimalValue().compareTo(desired.decimalValue()) == 0
                : live.equals(desired);
    }

    /** {@code 0.5} and {@code 500m} are the same amount; the API server answers with the second. */
    private static boolean sameQuantity(JsonNode live, JsonNode desired) {
        if (live.equals(desired)) {
            return true;
        }
        try {
            return Quantity.parse(live.asText()).equals(Quantity.parse(desired.asText()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return false;
        }
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
