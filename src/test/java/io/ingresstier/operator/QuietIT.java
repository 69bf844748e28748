package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Mode;
import io.ingresstier.api.PlannedAction;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.LabLevel;
import io.ingresstier.lab.OperatorProcess;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** On real nodes, which report all the time, the operator writes what it said it would, and then nothing. */
@LabLevel
class QuietIT {

    /**
     * Two of the operator's own looks at the nodes, one a minute, and the time in which it acts on them; {@code make
     * soak} sets five minutes.
     */
    private static final Duration A_LONG_WHILE = Duration.ofSeconds(Integer.getInteger("quiet.seconds", 150));

    @Test
    void whatWasPlannedIsWrittenAndThenNothing(Lab lab, KubernetesClient client, Cloud cloud) {
        OperatorProcess.install(client);
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        await().atMost(Duration.ofMinutes(2)).until(cloud::serving);
        AuditLog audit = lab.audit();
        try (var operator = OperatorProcess.start(lab, "QuietIT").awaitReady()) {
            var tier = LiveTier.create(
                            client,
                            "default",
                            spec -> spec.withMode(Mode.Plan).withRollout(r -> r.withMinReadySeconds(3)))
                    .await(ConditionType.Ready, "False", Reason.Planned);
            List<PlannedAction> planned = tier.get().getStatus().plan();
            assertThat(planned).extracting(PlannedAction::refusedBy).containsOnlyNulls();
            assertThat(audit.writes()).isEmpty();

            tier.resource().patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"mode\": \"Apply\"}}");
            tier.awaitReady();
            assertThat(WritesByObject.made(audit.writes())).isEqualTo(WritesByObject.foretold(planned));

            AuditLog afterwards = lab.audit();
            Set<String> before = heartbeats(client);
            await().during(A_LONG_WHILE)
                    .atMost(A_LONG_WHILE.multipliedBy(3))
                    .pollInterval(Duration.ofSeconds(5))
                    .until(() -> besidesLeases(afterwards).isEmpty());
            await("every node to have reported since")
                    .until(() -> heartbeats(client).stream().noneMatch(before::contains));
            assertThat(besidesLeases(afterwards))
                    .as("what the operator %s wrote besides its lease", operator.identity())
                    .isEmpty();
        }
    }

    private static List<AuditLog.Request> besidesLeases(AuditLog audit) {
        return audit.ofOperator().stream()
                .filter(r -> r.wrote() && !r.resource().equals("leases"))
                .toList();
    }

    private static Set<String> heartbeats(KubernetesClient client) {
        return client.nodes().list().getItems().stream()
                .flatMap(n -> n.getStatus().getConditions().stream()
                        .filter(c -> "Ready".equals(c.getType()))
                        .map(c -> n.getMetadata().getName() + " " + c.getLastHeartbeatTime()))
                .collect(Collectors.toSet());
    }
}
