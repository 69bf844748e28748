package io.ingresstier.lab;

import io.ingresstier.world.ServiceView;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * What the cloud controller leaves on a Service once it synced it. It covers ports, type, policy, class and annotations
 * but not the selector, so a selector change leaves no trace.
 */
final class ServiceHash {

    static final String LABEL = "service.beta.kubernetes.io/hash";

    private ServiceHash() {}

    /** The label's value; the real controller's differs in form, which nobody may rely on. */
    static String of(ServiceView service) {
        var text = service.ports() + "|" + service.type() + "|" + service.local() + "|" + service.loadBalancerClass()
                + "|" + new TreeMap<>(service.annotations());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 28);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
