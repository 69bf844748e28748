package io.ingresstier.operator;

import java.util.Map;
import java.util.Objects;

/**
 * What the environment says; every variable has a default but the identity.
 *
 * @param name the pod's name, as events show it ({@code POD_NAME})
 * @param identity who holds the lease: the pod's uid, so that a pod of the same name is another holder
 *     ({@code POD_UID})
 * @param namespace where the lease lives ({@code POD_NAMESPACE})
 * @param httpPort port of the probes ({@code HTTP_PORT}); 0 picks a free one
 */
public record Configuration(String name, String identity, String namespace, int httpPort) {

    /** Reads the environment. */
    public static Configuration of(Map<String, String> environment) {
        String name = environment.getOrDefault("POD_NAME", "ingresstier-operator");
        String port = environment.getOrDefault("HTTP_PORT", "8080");
        try {
            return new Configuration(
                    name,
                    Objects.requireNonNull(environment.getOrDefault("POD_UID", name)),
                    environment.getOrDefault("POD_NAMESPACE", "ingresstier-system"),
                    Integer.parseInt(port));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "HTTP_PORT is \"%s\"; it must be a port number such as 8080".formatted(port), e);
        }
    }
}
