package io.ingresstier;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Holds the line around the core: decisions are pure, and dependencies go one way. */
@AnalyzeClasses(packages = "io.ingresstier", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] CORE = packages("world", "balancer", "workload", "plan", "guard");

    /** Which of our packages each package may use, besides itself. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("api", List.of()),
            Map.entry("world", List.of("api")),
            // Whoever uses world sees the tier's specification in it, hence api.
            Map.entry("balancer", List.of("api", "world")),
            Map.entry("workload", List.of("api", "world")),
            Map.entry("guard", List.of("api", "world", "balancer")),
            Map.entry("plan", List.of("api", "world", "balancer", "workload", "guard")),
            Map.entry("observe", List.of("api", "world")),
            Map.entry("apply", List.of("api", "world", "guard")),
            Map.entry("report", List.of("api", "world", "balancer", "guard", "plan", "apply")),
            Map.entry(
                    "operator",
                    List.of("api", "world", "balancer", "workload", "guard", "plan", "observe", "apply", "report")),
            Map.entry(
                    "cli",
                    List.of("api", "world", "balancer", "workload", "guard", "plan", "observe", "apply", "report")));

    @ArchTest
    static final ArchRule core_talks_to_nobody = noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.fabric8.kubernetes.client..", "io.javaoperatorsdk..", "java.net.http..", "org.slf4j..")
            .as("the core uses no client and no logging")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule core_reads_no_clock = noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .callMethodWhere(target(owner(resideInAPackage("java.time.."))).and(target(name("now"))))
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Clock")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .as("the core is told the time by the World")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule core_throws_no_dice = noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.util.random..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocalRandom.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .as("the core decides the same for the same World")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule core_keeps_no_state = fields().that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(CORE)
            .and()
            .areStatic()
            .should()
            .beFinal()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packages_form_no_cycle =
            slices().matching("io.ingresstier.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule names_say_what_a_class_is = noClasses()
            .should()
            .haveNameMatching(".*[.$](\\w+(Helper|Utils?|Manager|Handler|Impl)|(Abstract|Base)[A-Z]\\w*)");

    @ArchTest
    static void packages_use_only_what_they_may(JavaClasses classes) {
        MAY_USE.forEach((name, used) -> noClasses()
                .that()
                .resideInAnyPackage(packages(name))
                .should()
                .dependOnClassesThat(resideInAPackage("io.ingresstier..")
                        .and(not(resideInAnyPackage(packages(name))))
                        .and(not(resideInAnyPackage(packages(used.toArray(String[]::new))))))
                .as("%s uses only %s".formatted(name, used))
                .allowEmptyShould(true)
                .check(classes));
    }

    @ArchTest
    static void every_package_has_its_place(JavaClasses classes) {
        assertThat(classes.stream().map(JavaClass::getPackageName).map(ArchitectureTest::topLevel))
                .allSatisfy(name -> assertThat(name)
                        .isIn(Stream.concat(Stream.of(""), MAY_USE.keySet().stream())
                                .toList()));
    }

    /** A package without the annotation would escape NullAway. */
    @ArchTest
    static void every_package_is_null_marked(JavaClasses classes) {
        assertThat(classes.stream()
                        .map(JavaClass::getPackage)
                        .filter(each -> !each.isAnnotatedWith(NullMarked.class))
                        .map(each -> each.getName()))
                .isEmpty();
    }

    private static String topLevel(String packageName) {
        return packageName.replaceFirst("^io\\.ingresstier\\.?", "").replaceFirst("\\..*", "");
    }

    private static String[] packages(String... names) {
        return Stream.of(names).map(each -> "io.ingresstier." + each + "..").toArray(String[]::new);
    }
}
