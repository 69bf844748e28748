package io.ingresstier.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules for Alibaba Cloud give what the controllers' own code gives, for every vector and both balancers. With
 * {@code -Dvectors.dir=DIR} all {@code alibaba*.jsonl} in that folder are run instead of our own.
 */
class AlibabaVectorsTest {

    @TestFactory
    Stream<DynamicTest> givesWhatTheControllersGive() throws IOException {
        return vectors().stream()
                .flatMap(vector -> Stream.of(AlibabaBalancer.values())
                        .map(balancer -> DynamicTest.dynamicTest(
                                vector.name() + " " + balancer,
                                () -> assertThat(AlibabaVector.differences(
                                                vector.expected(balancer), vector.computed(balancer)))
                                        .isEmpty())));
    }

    @Test
    void runsAllVectors() throws IOException {
        assertThat(vectors()).hasSizeGreaterThanOrEqualTo(System.getProperty("vectors.dir") == null ? 437 : 1);
    }

    @Test
    void noticesAWrongExpectation() throws IOException {
        AlibabaVector vector = vectors().stream()
                .filter(v -> !v.expected(AlibabaBalancer.CLB).path("backends").isEmpty())
                .filter(v -> !v.expected(AlibabaBalancer.CLB).has("groups"))
                .findFirst()
                .orElseThrow();
        Backends actual = vector.computed(AlibabaBalancer.CLB);
        ObjectNode expected = vector.expected(AlibabaBalancer.CLB).deepCopy();
        assertThat(AlibabaVector.differences(expected, actual)).isEmpty();

        ObjectNode unmanaged = expected.deepCopy();
        unmanaged.put("managed", !expected.path("managed").asBoolean());
        ObjectNode otherMode = expected.deepCopy();
        otherMode.put("mode", "Nowhere");
        ObjectNode missing = expected.deepCopy();
        ((ArrayNode) missing.path("backends")).remove(0);
        ObjectNode heavier = expected.deepCopy();
        ((ObjectNode) heavier.path("backends").get(0)).put("weight", 101);
        ObjectNode twice = expected.deepCopy();
        ((ArrayNode) twice.path("backends")).add(expected.path("backends").get(0));
        ObjectNode failing = expected.deepCopy();
        failing.putObject("error").put("kind", "provider-id");
        ObjectNode frozen = expected.deepCopy();
        frozen.putObject("portErrors").putObject("80").put("kind", "provider-id");
        for (ObjectNode wrong : List.of(unmanaged, otherMode, missing, heavier, twice, failing, frozen)) {
            assertThat(AlibabaVector.differences(wrong, actual)).as("%s", wrong).isNotEmpty();
        }
    }

    private static List<AlibabaVector> vectors() throws IOException {
        var vectors = new ArrayList<AlibabaVector>();
        Path folder = Path.of(System.getProperty("vectors.dir", "src/test/resources/vectors"));
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(f -> f.getFileName().toString().matches("alibaba.*\\.jsonl"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    vectors.add(new AlibabaVector(AlibabaVector.JSON.readTree(line)));
                }
            }
        }
        return vectors;
    }
}
