package io.ingresstier.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.ingresstier.api.IngressTierSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefinitionTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CustomResourceDefinitionVersion version =
            Definition.definition().getSpec().getVersions().getFirst();
    private final JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();

    @Test
    void defaults_of_the_definition_are_those_of_the_records() {
        var spec = withDefaults(schema, JSON.createObjectNode()).get("spec");

        assertThat(spec).isEqualTo(JSON.valueToTree(IngressTierSpec.defaults()));
    }

    @Test
    void each_part_left_empty_means_the_defaults() {
        for (var part : List.of("nodes", "controller", "loadBalancer", "rollout")) {
            var tier = JSON.createObjectNode();
            tier.putObject("spec").putObject(part);

            assertThat(withDefaults(schema, tier).get("spec"))
                    .as(part)
                    .isEqualTo(JSON.valueToTree(IngressTierSpec.defaults()));
        }
    }

    @Test
    void every_property_is_described() {
        var undescribed = new ArrayList<String>();
        collectUndescribed("", schema, undescribed);

        assertThat(undescribed).isEmpty();
    }

    @Test
    void columns_come_in_the_order_in_which_people_read() {
        assertThat(version.getAdditionalPrinterColumns())
                .extracting(CustomResourceColumnDefinition::getName)
                .containsExactly(
                        "Ready", "Desired", "Serving", "Zones", "Backends", "Reason", "Age", "Provider", "Message");
    }

    @Test
    void scale_subresource_reaches_the_members() {
        var scale = version.getSubresources().getScale();

        assertThat(scale.getSpecReplicasPath()).isEqualTo(".spec.nodes.replicas");
        assertThat(scale.getStatusReplicasPath()).isEqualTo(".status.replicas");
        assertThat(scale.getLabelSelectorPath()).isEqualTo(".status.selector");
    }

    /** What the API server fills in. */
    private static JsonNode withDefaults(JSONSchemaProps schema, JsonNode value) {
        if (value instanceof ObjectNode object && schema.getProperties() != null) {
            schema.getProperties().forEach((name, property) -> {
                if (!object.has(name) && property.getDefault() != null) {
                    object.set(name, property.getDefault().deepCopy());
                }
                if (object.has(name)) {
                    object.set(name, withDefaults(property, object.get(name)));
                }
            });
        }
        return value;
    }

    private static void collectUndescribed(String path, JSONSchemaProps schema, List<String> undescribed) {
        Schemas.children(schema).forEach((name, child) -> {
            if (child.getDescription() == null || child.getDescription().isBlank()) {
                undescribed.add(path + "." + name);
            }
            collectUndescribed(path + "." + name, child, undescribed);
        });
    }
}
