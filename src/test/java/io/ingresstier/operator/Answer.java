package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTierSpec;
import io.ingresstier.api.Mode;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.OperatorProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** What the operator answers to a tier, and that it wrote nothing: by its status, its events and the audit log. */
record Answer(LiveTier tier, AuditLog audit) {

    /** Only looked at, so that what is accepted is not begun either. */
    static IngressTierSpec looking(IngressTierSpec spec) {
        return spec.withMode(Mode.Plan);
    }

    /** Refused for this reason, in one sentence or two that say all of this. */
    LiveTier refused(Reason reason, String... parts) {
        tier.await(ConditionType.Accepted, "False", reason);
        Condition accepted = tier.condition(ConditionType.Accepted);
        assertThat(accepted.getMessage()).contains(parts).endsWith(".");
        assertThat(accepted.getObservedGeneration())
                .isEqualTo(tier.get().getMetadata().getGeneration());
        return wroteNothing();
    }

    /** Refused, and that is what Ready says. */
    LiveTier heldBy(Reason reason, String... parts) {
        refused(reason, parts);
        Condition ready = tier.condition(ConditionType.Ready);
        assertThat(ready.getStatus()).isEqualTo("False");
        assertThat(ready.getReason()).isEqualTo(reason.name());
        assertThat(ready.getMessage()).contains(parts).endsWith(".");
        return tier;
    }

    /** Accepted, with this as the reason; where that is a concern, in an event too. */
    LiveTier accepted(Reason reason, String... parts) {
        tier.await(ConditionType.Accepted, "True", reason);
        String message = tier.condition(ConditionType.Accepted).getMessage();
        assertThat(message).startsWith(Reason.Accepted.sentence());
        assertThat(parts).allSatisfy(part -> assertThat(message).contains(part));
        if (reason != Reason.Accepted) {
            await().until(() -> events(reason), events -> !events.isEmpty());
            assertThat(events(reason)).singleElement().satisfies(e -> {
                assertThat(e.getType()).isEqualTo("Warning");
                assertThat(message).contains(e.getMessage());
            });
        }
        return wroteNothing();
    }

    private List<Event> events(Reason reason) {
        return tier.client().v1().events().inNamespace("default").list().getItems().stream()
                .filter(e -> tier.name().equals(e.getInvolvedObject().getName()))
                .filter(e -> reason.name().equals(e.getReason()))
                .toList();
    }

    private LiveTier wroteNothing() {
        assertThat(Serialization.asJson(tier.get().getStatus()))
                .doesNotContain("Exception")
                .doesNotContain("null");
        assertThat(audit.writes()).isEmpty();
        return tier;
    }

    /**
     * Whatever was thrown at it, the operator's log shows no stack trace. The informers' own, of a list that took too
     * long on a busy machine and was asked for again, are no answer to what a user wrote.
     */
    static void assertNoStackTrace(OperatorProcess operator) throws IOException {
        assertThat(Files.readAllLines(operator.log()))
                .filteredOn(line -> !line.contains("\"loggerName\":\"io.fabric8.kubernetes.client.informers."))
                .noneMatch(line -> line.contains("\"throwable\":{"));
    }
}
