package io.ingresstier.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.LabLevel;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.Suite;

/** No integration test is forgotten, none runs twice, and no two lanes share a lab. */
class LanesTest {

    private static final Map<String, Class<? extends Annotation>> LEVELS =
            Map.of("api", ApiLevel.class, "lab", LabLevel.class);

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages("io.ingresstier");

    @Test
    void eachClassOfALevelIsInExactlyOneLaneOfIt() {
        LEVELS.forEach((level, annotation) -> assertThat(
                        CheckTable.LANES.get(level).stream().flatMap(CheckTable::classes))
                .containsExactlyInAnyOrderElementsOf(annotated(annotation)));
    }

    @Test
    void everyClassThatIsNamedAnIntegrationTestHasALevel() {
        assertThat(TESTS.stream().filter(c -> c.getSimpleName().endsWith("IT")).map(JavaClass::getName))
                .containsExactlyInAnyOrderElementsOf(LEVELS.values().stream()
                        .flatMap(level -> annotated(level).stream())
                        .toList());
    }

    @Test
    void everySuiteIsALane() {
        assertThat(lanes().map(Class::getName)).containsExactlyInAnyOrderElementsOf(annotated(Suite.class));
    }

    @Test
    void eachLaneHasALabOfItsOwnAndTheyAreSixInARow() {
        var parameters =
                lanes().map(l -> l.getAnnotation(ConfigurationParameter.class)).toList();
        assertThat(parameters).extracting(ConfigurationParameter::key).containsOnly(Lab.LANE);
        assertThat(parameters)
                .extracting(ConfigurationParameter::value)
                .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5");
    }

    private static Stream<Class<?>> lanes() {
        return CheckTable.LANES.values().stream().flatMap(List::stream);
    }

    private static List<String> annotated(Class<? extends Annotation> annotation) {
        return TESTS.stream()
                .filter(c -> c.isAnnotatedWith(annotation))
                .map(JavaClass::getName)
                .toList();
    }
}
