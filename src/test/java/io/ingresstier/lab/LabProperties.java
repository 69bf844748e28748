package io.ingresstier.lab;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/** Where things are in a lab that is up: what {@code lab.sh properties} prints. */
record LabProperties(Properties values) {

    static LabProperties parse(String text) {
        var values = new Properties();
        try {
            values.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new LabProperties(values);
    }

    /** The administrator's kubeconfig. */
    Path kubeconfig() {
        return Path.of(value("kubeconfig"));
    }

    /** The API server's audit log. */
    Path audit() {
        return Path.of(value("audit.log"));
    }

    /** The balancer's address, present where the lab has one. */
    Optional<String> vip() {
        return Optional.ofNullable(values.getProperty("balancer.vip"));
    }

    /** HAProxy's runtime socket. */
    Path haproxy() {
        return Path.of(value("balancer.socket"));
    }

    /** HAProxy's section for a port of the balancer's address. */
    String listener(int port) {
        return value("balancer.backend." + vip().orElseThrow()) + "-" + port;
    }

    /** The traffic tool. */
    Path traffic() {
        return Path.of(value("tool.traffic"));
    }

    private String value(String key) {
        String value = values.getProperty(key);
        if (value == null) {
            throw new IllegalStateException("lab.properties has no " + key + ": " + values.stringPropertyNames());
        }
        return value;
    }
}
