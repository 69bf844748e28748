package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Another writer that puts the Deployment's replicas back as often as they are set, as a GitOps controller does. */
@ApiLevel
class ContestIT {

    private static final PatchContext AS_ARGO_CD = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager("argocd-controller")
            .build();

    private KubernetesClient client;
    private OperatorProcess operator;
    private LiveTier tier;
    private AuditLog audit;

    @BeforeEach
    void takenOver(Lab lab, KubernetesClient client, FakeNodes nodes) {
        this.client = client;
        OperatorProcess.install(client);
        nodes.create(6, 3);
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        operator = OperatorProcess.start(lab, "ContestIT");
        operator.awaitReady();
        audit = lab.audit();
        tier = LiveTier.create(client).awaitReady();
    }

    @AfterEach
    void stop() {
        operator.stop();
    }

    @Test
    void aRivalIsNamedWithWhatToChangeAndTheOperatorBacksOffAlsoAfterACrash(Lab lab) {
        try (var rival = rival()) {
            tier.await(ConditionType.Contested, "True", Reason.Contested);
            assertThat(tier.condition(ConditionType.Contested).getMessage())
                    .contains("field manager argocd-controller", "spec.ignoreDifferences");
            operator.kill();
            // How long a lease of the dead lasts is another test's.
            client.leases()
                    .inNamespace("ingresstier-system")
                    .withName("ingresstier-operator")
                    .delete();
            operator = OperatorProcess.start(lab, "ContestIT");
            operator.awaitReady();
            await().atMost(Duration.ofMinutes(2)).until(() -> times(tier.get()).size() >= 4);
            assertThat(rival.isRunning()).isTrue();
        }
        List<Instant> times = times(tier.get());
        for (int i = 2; i < times.size(); i++) {
            assertThat(Duration.between(times.get(i - 1), times.get(i)))
                    .as("pause before write %d of %s", i + 1, times)
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(5L << (i - 1)));
        }
        assertThat(audit.writes().stream()
                        .filter(r ->
                                r.resource().equals("deployments") && r.name().equals(Incumbent.NAME)))
                .hasSizeLessThanOrEqualTo(times.size() + 1);
        assertThat(client.v1().events().inNamespace("default").list().getItems())
                .anyMatch(e -> "Contested".equals(e.getReason()) && "Warning".equals(e.getType()));
    }

    /** When the Deployment was scaled to zero, as the status remembers it. */
    private static List<Instant> times(IngressTier tier) {
        return tier.getStatus().recentWrites().stream()
                .filter(w -> "ScaleIncumbent".equals(w.action()))
                .flatMap(w -> w.times().stream())
                .map(Instant::parse)
                .toList();
    }

    private SharedIndexInformer<Deployment> rival() {
        var deployment =
                client.apps().deployments().inNamespace(Incumbent.NAMESPACE).withName(Incumbent.NAME);
        return deployment.inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Deployment found) {
                undo(found);
            }

            @Override
            public void onUpdate(Deployment before, Deployment after) {
                undo(after);
            }

            @Override
            public void onDelete(Deployment gone, boolean unknown) {}

            private void undo(Deployment found) {
                if (found.getSpec().getReplicas() == 0) {
                    deployment.patch(AS_ARGO_CD, "{\"spec\": {\"replicas\": 2}}");
                }
            }
        });
    }
}
