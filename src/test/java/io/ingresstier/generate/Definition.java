package io.ingresstier.generate;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDGenerator.AbstractCRDOutput;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.api.IngressTier;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The custom resource definition, from the API classes. */
public final class Definition {
    private Definition() {}

    /** {@return the definition as YAML, without a header} */
    public static String yaml() {
        var output = new InMemory();
        new CRDGenerator()
                .withOutput(output)
                .forCRDVersions("v1")
                .withMinQuotes(true)
                // One after another, so that the result is always the same.
                .withParallelGenerationEnabled(false)
                .withPostProcessor(new Finish())
                .customResourceClasses(IngressTier.class)
                .generate();
        return output.text()
                .lines()
                .filter(line -> !line.startsWith("#"))
                // The model holds bounds as doubles.
                .map(line -> line.replaceFirst("^( *(?:minimum|maximum): -?\\d+)\\.0$", "$1"))
                .reduce("", (text, line) -> text + line + "\n")
                .stripLeading();
    }

    /** {@return the definition as an object} */
    public static CustomResourceDefinition definition() {
        return Serialization.unmarshal(yaml(), CustomResourceDefinition.class);
    }

    private static final class InMemory extends AbstractCRDOutput<ByteArrayOutputStream> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        protected ByteArrayOutputStream createStreamFor(String name) {
            return bytes;
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
