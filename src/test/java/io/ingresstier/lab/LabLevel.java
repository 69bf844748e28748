package io.ingresstier.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests against six real nodes in three zones, with a balancer. They can ask for a {@link Lab}, a
 * {@code KubernetesClient} and the {@link Cloud}. Whatever happens to the cluster is recorded, and fails the test where
 * it breaks an invariant; see {@link io.ingresstier.history.History}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({LabExtension.class, HistoryExtension.class})
public @interface LabLevel {}
