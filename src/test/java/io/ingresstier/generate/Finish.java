package io.ingresstier.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.ingresstier.api.IngressTierSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the generator cannot express: the order of columns, list-maps, and schemas of Kubernetes' own types. */
final class Finish implements CRDPostProcessor {
    private static final List<String> COLUMNS =
            List.of("Ready", "Desired", "Serving", "Zones", "Backends", "Reason", "Age", "Provider", "Message");

    @Override
    public HasMetadata process(HasMetadata generated, String apiVersion) {
        var definition = (CustomResourceDefinition) generated;
        for (var version : definition.getSpec().getVersions()) {
            version.getAdditionalPrinterColumns().sort(Comparator.comparingInt(Finish::position));
            finish(version.getSchema().getOpenAPIV3Schema());
        }
        return definition;
    }

    private static int position(CustomResourceColumnDefinition column) {
        int position = COLUMNS.indexOf(column.getName());
        if (position < 0) {
            throw new IllegalStateException("no place for the column " + column.getName());
        }
        return position;
    }

    private static void finish(JSONSchemaProps root) {
        dropRepeatedRules(root);
        KubernetesTypes.describe(root);

        var spec = root.getProperties().get("spec");
        spec.setDescription("What the tier shall be.");
        // Without it, an object without a spec would have no replicas, and the scale subresource would fail on it.
        // Written
        // out, because the API server tries the rules on a default before it fills in those within.
        spec.setDefault(new ObjectMapper().valueToTree(IngressTierSpec.defaults()));
        Bounds.set(spec);
        var status = root.getProperties().get("status");
        status.setDescription("What the tier is. Written by the operator.");

        listMap(at(spec, "loadBalancer", "serviceRefs"), "namespace", "name");
        listMap(at(status, "conditions"), "type");
        listMap(at(status, "nodes"), "name");
        listMap(at(status, "loadBalancers"), "namespace", "name");

        require(at(status, "conditions"), "type", "status");
        // Not an enum: the generator would write True without quotes, which YAML reads as a boolean.
        at(status, "conditions")
                .getItems()
                .getSchema()
                .getProperties()
                .get("status")
                .setPattern("^(True|False|Unknown)$");
        var expressions = at(spec, "nodes", "selector", "matchExpressions");
        require(expressions, "key", "operator");
        expressions
                .getItems()
                .getSchema()
                .getProperties()
                .get("operator")
                .setEnum(List.of(text("In"), text("NotIn"), text("Exists"), text("DoesNotExist")));
    }

    /**
     * A rule on a record component comes once for the field and once for its accessor; the API server wants it once.
     */
    private static void dropRepeatedRules(JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations() != null) {
            Map<String, ValidationRule> rules = new LinkedHashMap<>();
            schema.getXKubernetesValidations().forEach(rule -> rules.putIfAbsent(rule.getRule(), rule));
            schema.setXKubernetesValidations(new ArrayList<>(rules.values()));
        }
        Schemas.children(schema).values().forEach(Finish::dropRepeatedRules);
    }

    private static JSONSchemaProps at(JSONSchemaProps schema, String... path) {
        for (var name : path) {
            schema = schema.getProperties().get(name);
        }
        return schema;
    }

    private static void listMap(JSONSchemaProps list, String... keys) {
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of(keys));
    }

    private static void require(JSONSchemaProps list, String... names) {
        list.getItems().getSchema().setRequired(List.of(names));
    }

    private static JsonNode text(String value) {
        return JsonNodeFactory.instance.textNode(value);
    }
}
