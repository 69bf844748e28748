package io.ingresstier.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.stream.Stream;

/**
 * How large the parts of Kubernetes' own types may be that a spec takes over: as large as they can mean something. The
 * operator copies them into a DaemonSet and into the status, which has to fit into etcd together with the spec.
 */
final class Bounds {

    private static final long LABEL_KEY = 253 + 1 + 63;
    private static final long LABEL_VALUE = 63;
    private static final long NAME = 253;
    private static final long ARGUMENT = 4096;
    private static final long QUANTITY = 32;
    private static final long RESOURCES = 16;
    private static final long LABELS = 64;
    private static final long EXPRESSIONS = 16;
    private static final long VALUES = 256;
    private static final double WEEK = 604_800;

    private Bounds() {}

    static void set(JSONSchemaProps spec) {
        var controller = spec.getProperties().get("controller").getProperties();
        items(controller.get("extraArgs")).setMaxLength(ARGUMENT);
        toleration(items(controller.get("tolerations")));
        resources(controller.get("resources"));
        selector(spec.getProperties().get("nodes").getProperties().get("selector"));
    }

    private static void toleration(JSONSchemaProps toleration) {
        var fields = toleration.getProperties();
        fields.get("key").setMaxLength(LABEL_KEY);
        fields.get("value").setMaxLength(LABEL_VALUE);
        oneOf(fields.get("operator"), "", "Exists", "Equal");
        oneOf(fields.get("effect"), "", "NoSchedule", "PreferNoSchedule", "NoExecute");
        fields.get("tolerationSeconds").setMaximum(WEEK);
        fields.get("tolerationSeconds").setMinimum(0.0);
    }

    private static void resources(JSONSchemaProps resources) {
        for (String list : new String[] {"requests", "limits"}) {
            var amounts = resources.getProperties().get(list);
            amounts.setMaxProperties(RESOURCES);
            amounts.getAdditionalProperties().getSchema().setMaxLength(QUANTITY);
        }
        var claims = resources.getProperties().get("claims");
        claims.setMaxItems(RESOURCES);
        items(claims).getProperties().values().forEach(text -> text.setMaxLength(NAME));
    }

    private static void selector(JSONSchemaProps selector) {
        var labels = selector.getProperties().get("matchLabels");
        labels.setMaxProperties(LABELS);
        labels.getAdditionalProperties().getSchema().setMaxLength(LABEL_VALUE);
        var expressions = selector.getProperties().get("matchExpressions");
        expressions.setMaxItems(EXPRESSIONS);
        var fields = items(expressions).getProperties();
        fields.get("key").setMaxLength(LABEL_KEY);
        fields.get("values").setMaxItems(VALUES);
        items(fields.get("values")).setMaxLength(LABEL_VALUE);
    }

    private static JSONSchemaProps items(JSONSchemaProps list) {
        return list.getItems().getSchema();
    }

    private static void oneOf(JSONSchemaProps text, String... values) {
        text.setEnum(Stream.of(values)
                .<JsonNode>map(JsonNodeFactory.instance::textNode)
                .toList());
    }
}
