package io.ingresstier.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * How far a takeover has come.
 *
 * @param startTime when the first write was made, RFC 3339
 * @param soakStartTime when the soak began, RFC 3339
 * @param soakLeader the operator process that watches the soak; another one begins it again
 * @param rolledBackGeneration generation that was rolled back
 * @param originalsRef where the originals are
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TakeoverStatus(
        @JsonPropertyDescription("When the first write was made, RFC 3339.") @Nullable
        String startTime,

        @JsonPropertyDescription("When tier and incumbent began to serve side by side, RFC 3339.") @Nullable
        String soakStartTime,

        @JsonPropertyDescription("The operator process that watches the soak; another one begins it again.") @Nullable
        String soakLeader,

        @JsonPropertyDescription(
                "Generation of the specification that was rolled back. Nothing is tried again until it changes.")
        @Nullable
        Long rolledBackGeneration,

        @JsonPropertyDescription("The ConfigMap that holds what was found before the first write.") @Nullable
        OriginalsRef originalsRef) {

    /** Before anything was written. */
    public static TakeoverStatus none() {
        return new TakeoverStatus(null, null, null, null, null);
    }

    /** The same once the originals are deleted. */
    public TakeoverStatus withoutOriginals() {
        return new TakeoverStatus(startTime, soakStartTime, soakLeader, rolledBackGeneration, null);
    }

    /** The same with another soak. */
    public TakeoverStatus withSoak(@Nullable String since, @Nullable String leader) {
        return new TakeoverStatus(startTime, since, leader, rolledBackGeneration, originalsRef);
    }
}
