package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.Approval;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Mode;
import io.ingresstier.api.NodeState;
import io.ingresstier.api.PlannedAction;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeKubelet;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import io.ingresstier.world.Marks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Preview and stop: what a plan lists is what is then written, and a stop is one. */
@ApiLevel
class PlanModeIT {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    /** Longer than a pass takes, and than the waits of a quick tier. */
    private static final Duration A_WHILE = Duration.ofSeconds(4);

    private static OperatorProcess operator;

    private KubernetesClient client;
    private Cloud cloud;
    private AuditLog audit;

    @BeforeAll
    static void start(Lab lab, KubernetesClient client) {
        OperatorProcess.install(client);
        operator = OperatorProcess.start(lab, "PlanModeIT");
        operator.awaitReady();
    }

    @AfterAll
    static void stop() {
        operator.stop();
    }

    @BeforeEach
    void defaultCluster(Lab lab, KubernetesClient client, Cloud cloud, FakeNodes nodes) {
        this.client = client;
        this.cloud = cloud;
        nodes.create(6, 3);
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        await().until(() -> cloud.idle() && cloud.backends(Cloud.INGRESS, 80).size() == 2);
        audit = lab.audit();
    }

    @Test
    void modePlanWritesNothingAndApplyThenMakesTheListedWritesThereAndBack(FakeNodes nodes) {
        var tier = LiveTier.create(client, "default", spec -> spec.withMode(Mode.Plan))
                .await(ConditionType.Ready, "False", Reason.Planned);
        List<PlannedAction> there = tier.get().getStatus().plan();
        assertThat(there).extracting(PlannedAction::action).contains("AttachService", "ScaleIncumbent");
        assertThat(there).extracting(PlannedAction::refusedBy).containsOnlyNulls();
        assertQuiet(tier);
        assertThat(audit.writes()).isEmpty();

        set(tier, Mode.Apply);
        tier.awaitReady();
        assertThat(WritesByObject.made(audit.writes())).isEqualTo(WritesByObject.foretold(there));

        set(tier, Mode.Plan);
        tier.await(ConditionType.Ready, "True", Reason.Planned);
        assertThat(tier.get().getStatus().plan()).isEmpty();

        // Where the restored Deployment will run is the scheduler's affair: on a member it would spare an exclusion.
        tier.members().forEach(member -> nodes.schedulable(member, false));
        // Before it is deleted, so that the plan of the way back is made with all of them cordoned.
        tier.await(t -> t.getStatus().nodes().size() == 3
                && t.getStatus().nodes().stream().allMatch(n -> n.state() == NodeState.Cordoned));
        int before = audit.writes().size();
        tier.resource().delete();
        // The cordon is planned for too, so that Ready is False for that reason before the deletion is seen.
        tier.await(t -> t.getStatus()
                .condition(ConditionType.Ready)
                .filter(c ->
                        "False".equals(c.getStatus()) && Reason.Planned.name().equals(c.getReason()))
                .filter(c -> c.getMessage().contains("deletion waits"))
                .isPresent());
        await().until(cloud::idle);
        List<PlannedAction> back = tier.get().getStatus().plan();
        assertQuiet(tier);
        assertThat(audit.writes()).hasSize(before);

        set(tier, Mode.Apply);
        tier.deleteAndAwaitGone();
        // The server writes its audit line after the answer: the last one may come after the tier was seen to be gone.
        await().untilAsserted(() -> assertThat(
                        WritesByObject.made(audit.writes().stream().skip(before).toList()))
                .isEqualTo(WritesByObject.foretold(back)));
    }

    @Test
    void aPausedTakeoverStopsWithinOnePassAndGoesOnAfterwards(FakeKubelet kubelet) {
        // However late the pause comes: with no pod that is ready the takeover stands at its first member.
        kubelet.neverReady(Marks.TIER, "default");
        var tier = LiveTier.create(client)
                .await(t -> t.getStatus().replicas() != null && t.getStatus().replicas() > 0);
        set(tier, Mode.Paused);
        tier.await(ConditionType.Ready, "False", Reason.Paused);
        int before = audit.writes().size();
        // From now on it could go on.
        kubelet.forget();
        throughout(() -> audit.writes().size() == before);
        assertThat(tier.members()).hasSizeLessThan(3);
        assertThat(tier.condition(ConditionType.Ready).getMessage()).contains("It stands at");

        set(tier, Mode.Apply);
        tier.awaitReady();
        assertThat(tier.members()).hasSize(3);
    }

    @Test
    void noServiceIsWrittenUntilThisGenerationIsApproved() {
        var tier = LiveTier.create(
                        client, "default", spec -> spec.withRollout(r -> r.withApproval(Approval.BeforeAttach)))
                .await(ConditionType.Reconciling, "True", Reason.AwaitingApproval);
        String message = tier.condition(ConditionType.Ready).getMessage();
        assertThat(message).contains("\"kubectl annotate itier default ingresstier.io/approve=1 --overwrite\"");
        assertThat(tier.condition(ConditionType.Stalled).getStatus()).isEqualTo("False");
        assertThat(client.v1().events().inNamespace("default").list().getItems())
                .filteredOn(e -> "AwaitingApproval".equals(e.getReason()))
                .singleElement()
                .satisfies(e -> assertThat(e.getType()).isEqualTo("Normal"));
        approve(tier, "7");
        throughout(() -> audit.writes().stream().noneMatch(w -> w.resource().equals("services")));

        approve(tier, "1");
        tier.awaitReady();
        assertThat(audit.writes()).anyMatch(w -> w.resource().equals("services"));
    }

    private static void assertQuiet(LiveTier tier) {
        String version = tier.get().getMetadata().getResourceVersion();
        throughout(() -> tier.get().getMetadata().getResourceVersion().equals(version));
    }

    private static void throughout(Callable<Boolean> holds) {
        await().during(A_WHILE).until(holds);
    }

    private static void set(LiveTier tier, Mode mode) {
        tier.resource().patch(MERGE, "{\"spec\": {\"mode\": \"%s\"}}".formatted(mode));
    }

    private static void approve(LiveTier tier, String generation) {
        tier.resource()
                .patch(
                        MERGE,
                        "{\"metadata\": {\"annotations\": {\"ingresstier.io/approve\": \"%s\"}}}"
                                .formatted(generation));
    }
}
