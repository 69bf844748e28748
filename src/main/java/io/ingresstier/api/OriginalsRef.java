package io.ingresstier.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMap that holds what was found before the first write.
 *
 * @param namespace its namespace
 * @param name its name
 * @param digest digest of its data
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OriginalsRef(
        @Required @JsonPropertyDescription("Namespace of the ConfigMap.")
        String namespace,

        @Required @JsonPropertyDescription("Name of the ConfigMap.")
        String name,

        @JsonPropertyDescription("Digest of its data: it is not trusted when it no longer matches.") @Nullable
        String digest) {}
