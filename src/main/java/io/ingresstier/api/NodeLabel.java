package io.ingresstier.api;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * The label that ties the nodes, the pods and the balancer's backend selection of a tier together.
 *
 * @param key a qualified label name
 * @param value a label value, not empty
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.key.matches('" + Names.QUALIFIED_NAME + "') && self.key" + Names.SHORT_PREFIX,
        message = NodeLabel.KEY_MESSAGE)
@ValidationRule(value = "self.value.matches('" + Names.LABEL_VALUE + "')", message = NodeLabel.VALUE_MESSAGE)
public record NodeLabel(
        @Default(NodeLabel.DEFAULT_KEY)
        @Size(min = 1, max = Names.MAX_QUALIFIED_NAME)
        @JsonPropertyDescription("Key of the label, for example node-role.kubernetes.io/ingress.")
        String key,

        @Default("\"" + NodeLabel.DEFAULT_VALUE + "\"")
        @Size(min = 1, max = Names.MAX_LABEL)
        @JsonPropertyDescription("Value of the label. A second tier takes another value of the same key.")
        String value) {

    static final String KEY_MESSAGE =
            "must be a label key such as node-role.kubernetes.io/ingress: letters, digits, '-', '_' and '.', after an"
                    + " optional lower-case DNS prefix and '/'";
    // Providers' annotations are lists of key=value, and the largest of them trims nothing.
    static final String VALUE_MESSAGE =
            "must be a label value such as \"true\": letters, digits, '-', '_' and '.', without ',', '=' and spaces,"
                    + " because balancers parse it as part of key=value,...";

    private static final String DEFAULT_KEY = "node-role.kubernetes.io/ingress";
    private static final String DEFAULT_VALUE = "true";

    /** Fills in what is absent. */
    public NodeLabel {
        key = requireNonNullElse(key, DEFAULT_KEY);
        value = requireNonNullElse(value, DEFAULT_VALUE);
    }

    /** {@return what an empty {@code label} means} */
    public static NodeLabel defaults() {
        return new NodeLabel(DEFAULT_KEY, DEFAULT_VALUE);
    }

    /** {@return this label with another value} */
    public NodeLabel withValue(String value) {
        return new NodeLabel(key, value);
    }
}
