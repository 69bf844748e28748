package io.ingresstier.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.LabLevel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.SelectClasses;

/** No integration test is forgotten, none runs twice, and no two lanes share a lab. */
class LanesTest {

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages("io.ingresstier");

    @Test
    void eachClassOfALevelIsInExactlyOneLaneOfIt() {
        assertThat(selected("ApiLane")).containsExactlyInAnyOrderElementsOf(annotated(ApiLevel.class));
        assertThat(selected("LabLane")).containsExactlyInAnyOrderElementsOf(annotated(LabLevel.class));
    }

    @Test
    void everyClassThatIsNamedAnIntegrationTestHasALevel() {
        assertThat(TESTS.stream().filter(c -> c.getSimpleName().endsWith("IT")).map(JavaClass::getName))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(annotated(ApiLevel.class).stream(), annotated(LabLevel.class).stream())
                                .toList());
    }

    @Test
    void eachLaneHasALabOfItsOwnAndTheyAreSixInARow() {
        assertThat(lanes("")
                        .map(l -> l.getAnnotationOfType(ConfigurationParameter.class)
                                .value()))
                .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5");
    }

    private static Stream<JavaClass> lanes(String prefix) {
        return TESTS.stream()
                .filter(c -> c.isAnnotatedWith(SelectClasses.class))
                .filter(c -> c.getSimpleName().startsWith(prefix));
    }

    private static List<String> selected(String prefix) {
        return lanes(prefix)
                .flatMap(lane ->
                        Stream.of(lane.getAnnotationOfType(SelectClasses.class).names()))
                .toList();
    }

    private static List<String> annotated(Class<? extends java.lang.annotation.Annotation> level) {
        return TESTS.stream()
                .filter(c -> c.isAnnotatedWith(level))
                .map(JavaClass::getName)
                .toList();
    }
}
