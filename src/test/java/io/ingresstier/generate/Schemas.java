package io.ingresstier.generate;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.LinkedHashMap;
import java.util.Map;

/** Walks a schema. */
public final class Schemas {
    private Schemas() {}

    /** {@return the properties of an object, or those of the items of a list, by name} */
    public static Map<String, JSONSchemaProps> children(JSONSchemaProps schema) {
        var children = new LinkedHashMap<String, JSONSchemaProps>();
        if (schema.getProperties() != null) {
            children.putAll(schema.getProperties());
        }
        if (schema.getItems() != null && schema.getItems().getSchema() != null) {
            children.putAll(children(schema.getItems().getSchema()));
        }
        return children;
    }
}
