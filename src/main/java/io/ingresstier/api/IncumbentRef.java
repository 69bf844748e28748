package io.ingresstier.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * The Deployment that a tier replaces, in the controller's namespace: its pods' configuration and service account live
 * there.
 *
 * @param name name of the Deployment, which may be absent
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record IncumbentRef(
        @Required
        @Size(min = 1, max = Names.MAX_SUBDOMAIN)
        @JsonPropertyDescription("Name of the Deployment, in the controller's namespace.")
        String name) {}
