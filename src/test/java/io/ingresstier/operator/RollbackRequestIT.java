package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A rollback as a person asks for it, and as its conditions and events tell of it. */
@ApiLevel
class RollbackRequestIT {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private KubernetesClient client;
    private Lab lab;
    private OperatorProcess operator;

    @BeforeEach
    void defaultCluster(Lab lab, KubernetesClient client, Cloud cloud, FakeNodes nodes) {
        this.client = client;
        this.lab = lab;
        OperatorProcess.install(client);
        nodes.create(6, 3);
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        await().until(() -> cloud.idle() && cloud.backends(Cloud.INGRESS, 80).size() == 2);
        operator = OperatorProcess.start(lab, "RollbackRequestIT").awaitReady();
    }

    @AfterEach
    void stop() {
        operator.stop();
    }

    @Test
    void aRetiredDeploymentServesAgainAndNothingIsTriedUntilTheSpecChanges() {
        var tier = LiveTier.create(client).awaitReady();
        lab.kubectl("annotate", "itier", "default", "ingresstier.io/rollback=1");
        tier.await(ConditionType.Stalled, "True", Reason.RolledBack);

        assertThat(tier.condition(ConditionType.Ready).getMessage())
                .contains("Generation 1 was rolled back", "change the spec");
        assertThat(tier.condition(ConditionType.Reconciling).getStatus()).isEqualTo("False");
        assertThat(tier.condition(ConditionType.Soaked).getStatus()).isEqualTo("False");
        assertThat(tier.condition(ConditionType.TakenOver).getStatus()).isEqualTo("False");
        assertThat(Objects.requireNonNull(tier.get().getStatus().takeover()).rolledBackGeneration())
                .isEqualTo(1L);
        assertThat(tier.members()).isEmpty();
        assertThat(client.v1().events().inNamespace("default").list().getItems())
                .filteredOn(e -> "RollingBack".equals(e.getReason()))
                .singleElement()
                .satisfies(e -> assertThat(e.getMessage()).contains("asked for", "ingresstier.io/rollback"));

        tier.resource().patch(MERGE, "{\"spec\": {\"rollout\": {\"soakSeconds\": 3}}}");
        tier.awaitReady();
        assertThat(tier.members()).hasSize(3);
        tier.deleteAndAwaitGone();
    }

    @Test
    void aRequestThatNamesNoGenerationIsRefusedAndSaysWhatToWrite() {
        var tier = LiveTier.create(client).awaitReady();
        lab.kubectl("annotate", "itier", "default", "ingresstier.io/rollback=yes");
        tier.await(ConditionType.Stalled, "True", Reason.RollbackRefused);
        assertThat(tier.condition(ConditionType.Ready).getMessage()).contains("\"yes\"", "generation 1");
        assertThat(tier.members()).hasSize(3);
        lab.kubectl("annotate", "itier", "default", "ingresstier.io/rollback-");
        tier.awaitReady();
        tier.deleteAndAwaitGone();
    }
}
