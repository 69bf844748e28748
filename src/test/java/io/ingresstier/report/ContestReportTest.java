package io.ingresstier.report;

import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.Reason;
import io.ingresstier.apply.Written;
import io.ingresstier.guard.Guard;
import io.ingresstier.plan.Planner;
import io.ingresstier.world.Action;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.World;
import io.ingresstier.world.WriteHistory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a status remembers of writes that somebody undoes, and what it says of them. */
class ContestReportTest {

    private static final Action CLAIM = claim();
    private static final Written FIRST = new Written(CLAIM, Optional.empty(), false);
    private static final Written AGAIN = new Written(CLAIM, Optional.empty(), false, Optional.of("argocd-controller"));

    @Test
    void aWriteThatIsUndoneTwiceIsContestedAndHeldBackAndItsRivalNamed() {
        World world = written(written(written(scene(), FIRST), AGAIN), AGAIN);

        var contested = condition(status(world));
        assertThat(contested.getStatus()).isEqualTo("True");
        assertThat(contested.getReason()).isEqualTo(Reason.Contested.name());
        assertThat(contested.getMessage()).contains("ClaimNode of Node n3", "argocd-controller");
        assertThat(Guard.judge(world, CLAIM)).hasValueSatisfying(r -> {
            assertThat(r.reason()).isEqualTo(Reason.Contested);
            assertThat(r.message()).contains("argocd-controller after 3 writes", "ignoreDifferences");
        });
        assertThat(Note.of(Planner.plan(world), List.of(), status(world)))
                .anyMatch(n -> n.warning() && n.reason().equals("Contested"));
    }

    @Test
    void aWriteThatIsMadeOnceOrRepairedOnceIsNotContested() {
        World world = written(written(scene(), FIRST), AGAIN);
        assertThat(status(world).condition(ConditionType.Contested)).isEmpty();
    }

    @Test
    void aContestIsOverOnceNothingWasUndoneForTheWindow() {
        World world = written(written(written(scene(), FIRST), AGAIN), AGAIN);
        world = world.with(status(world));

        World later = world.at(world.now().plus(WriteHistory.WINDOW));

        assertThat(condition(status(later)).getStatus()).isEqualTo("False");
        assertThat(Guard.judge(later, CLAIM)).isEmpty();
    }

    @Test
    void aStatusThatWasErasedIsOneThatRemembersNothing() {
        World world = written(written(written(scene(), FIRST), AGAIN), AGAIN).with(IngressTierStatus.unknown());
        assertThat(Guard.judge(world, CLAIM)).isEmpty();
    }

    private static World scene() {
        return cluster().service(Traffic.LOCAL).world();
    }

    private static Action claim() {
        World world = scene();
        return new NodeAction.ClaimNode(
                world.nodes().get("n3"), "default", "uid-tier", "node-role.kubernetes.io/ingress", "true", world.now());
    }

    private static World written(World world, Written write) {
        World later = world.at(world.now().plusSeconds(1));
        return later.with(StatusReport.of(Planner.plan(later), List.of(write)));
    }

    private static IngressTierStatus status(World world) {
        return StatusReport.of(Planner.plan(world), List.of());
    }

    private static Condition condition(IngressTierStatus status) {
        return status.condition(ConditionType.Contested).orElseThrow();
    }
}
