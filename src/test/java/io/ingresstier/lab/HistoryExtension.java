package io.ingresstier.lab;

import io.ingresstier.history.History;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Records what happens to the cluster in each test, and fails the test if an invariant did not hold at some revision. A
 * class whose tests share what they make is judged as a whole.
 */
final class HistoryExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(HistoryExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!afterEachTest(context)) {
            begin(context);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (afterEachTest(context)) {
            begin(context);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (afterEachTest(context)) {
            end(context);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (!afterEachTest(context)) {
            end(context);
        }
    }

    /** Before tests can have installed the operator: its kind is watched too. */
    private static void begin(ExtensionContext context) {
        Lab lab = lab(context);
        OperatorProcess.install(lab.client());
        store(context).put(History.class, History.record(lab.client(), lab.audit()::authorship));
    }

    private static void end(ExtensionContext context) {
        try (var history = store(context).remove(History.class, History.class)) {
            history.check();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == History.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return store(context).get(History.class, History.class);
    }

    private static Lab lab(ExtensionContext context) {
        return (level(context).isPresent() ? RunningLab.api(context) : RunningLab.withNodes(context)).lab();
    }

    /** As the lab is cleaned. */
    private static boolean afterEachTest(ExtensionContext context) {
        return level(context).map(ApiLevel::cleanAfterEach).orElse(true);
    }

    private static Optional<ApiLevel> level(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getRequiredTestClass(), ApiLevel.class);
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }
}
