package io.ingresstier.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests against a real API server with its controllers and scheduler, without nodes. They can ask for a {@link Lab}, a
 * {@code KubernetesClient}, the {@link Cloud}, {@link FakeNodes} and the {@link FakeKubelet}. Whatever happens to the
 * cluster is recorded, and fails the test where it breaks an invariant; see {@link io.ingresstier.history.History}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({ApiExtension.class, HistoryExtension.class})
public @interface ApiLevel {

    /** Whether each test finds a clean cluster; otherwise the class does, and its tests share what they make. */
    boolean cleanAfterEach() default true;
}
