package io.ingresstier.lab;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts the lab of {@link ApiLevel} for the first test that needs it, and cleans it after each, or after its class.
 */
final class ApiExtension implements BeforeAllCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {

    @Override
    public void beforeAll(ExtensionContext context) {
        RunningLab.api(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (cleansAfterEach(context)) {
            RunningLab.api(context).clean();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (!cleansAfterEach(context)) {
            RunningLab.api(context).clean();
        }
    }

    private static boolean cleansAfterEach(ExtensionContext context) {
        return context.getRequiredTestClass().getAnnotation(ApiLevel.class).cleanAfterEach();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return RunningLab.api(context).has(parameter);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return RunningLab.api(context).get(parameter);
    }
}
