package io.ingresstier.generate;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Map;

/** Descriptions of the fields of Kubernetes' own types, whose classes carry none, for {@code kubectl explain}. */
final class KubernetesTypes {
    private static final Map<String, Map<String, String>> FIELDS = Map.of(
            "conditions",
            Map.of(
                    "type", "Type of the condition.",
                    "status", "True, False or Unknown.",
                    "reason", "Why, one word in CamelCase.",
                    "message", "What happened, what it means and what to do.",
                    "lastTransitionTime", "When the status changed last, RFC 3339.",
                    "observedGeneration", "Generation of the specification that it speaks of."),
            "selector",
            Map.of(
                    "matchLabels", "Labels that a node must have, with these values.",
                    "matchExpressions", "Requirements that a node's labels must all meet."),
            "matchExpressions",
            Map.of(
                    "key", "Key of the label.",
                    "operator", "In, NotIn, Exists or DoesNotExist.",
                    "values", "Values for In and NotIn."),
            "tolerations",
            Map.of(
                    "key", "Key of the taint; empty with Exists tolerates every taint.",
                    "operator", "Equal, the default, or Exists.",
                    "value", "Value of the taint, for Equal.",
                    "effect", "Effect of the taint; empty means all.",
                    "tolerationSeconds", "Seconds that a NoExecute taint is tolerated; left out: for ever."),
            "resources",
            Map.of(
                    "requests", "Resources that the scheduler sets aside, by name.",
                    "limits", "Resources that the container may use at most, by name.",
                    "claims", "Dynamic resource claims that the container uses."),
            "claims",
            Map.of(
                    "name", "Name of the claim in the pod.",
                    "request", "Name of the request in the claim; left out: all of it."));

    private KubernetesTypes() {}

    static void describe(JSONSchemaProps schema) {
        Schemas.children(schema).forEach((name, child) -> {
            var fields = FIELDS.getOrDefault(name, Map.of());
            Schemas.children(child).forEach((field, grandchild) -> {
                if (grandchild.getDescription() == null) {
                    grandchild.setDescription(fields.get(field));
                }
            });
            describe(child);
        });
    }
}
