package io.ingresstier.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * A Service of type LoadBalancer.
 *
 * @param namespace its namespace
 * @param name its name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ServiceRef(
        @Required @Size(min = 1, max = Names.MAX_LABEL) @JsonPropertyDescription("Namespace of the Service.")
        String namespace,

        @Required @Size(min = 1, max = Names.MAX_LABEL) @JsonPropertyDescription("Name of the Service.")
        String name) {}
