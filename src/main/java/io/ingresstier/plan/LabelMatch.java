package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Whether labels match a {@code metav1.LabelSelector}, by the rules of Kubernetes' API conventions. */
final class LabelMatch {

    private LabelMatch() {}

    static boolean matches(LabelSelector selector, Map<String, String> labels) {
        Map<String, String> exact = Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
        List<LabelSelectorRequirement> expressions =
                Objects.requireNonNullElse(selector.getMatchExpressions(), List.of());
        return labels.entrySet().containsAll(exact.entrySet())
                && expressions.stream().allMatch(e -> matches(e, labels));
    }

    /** An operator that Kubernetes does not know matches nothing: it cannot be what was meant. */
    private static boolean matches(LabelSelectorRequirement expression, Map<String, String> labels) {
        String value = labels.get(expression.getKey());
        List<String> values = Objects.requireNonNullElse(expression.getValues(), List.of());
        return switch (expression.getOperator()) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }

    /** Whether the selector speaks of this label at all. */
    static boolean names(LabelSelector selector, String key) {
        Map<String, String> exact = Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
        List<LabelSelectorRequirement> expressions =
                Objects.requireNonNullElse(selector.getMatchExpressions(), List.of());
        return Stream.concat(exact.keySet().stream(), expressions.stream().map(LabelSelectorRequirement::getKey))
                .anyMatch(key::equals);
    }
}
