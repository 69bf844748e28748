package io.ingresstier.report;

import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.apply.Written;
import io.ingresstier.guard.Refusal;
import io.ingresstier.plan.Planner;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people are told, and once only. */
class NoteTest {

    @Test
    void aClaimIsToldOnTheNodeToo() {
        World world = cluster().service(Traffic.LOCAL).world();
        var claim = new NodeAction.ClaimNode(
                world.nodes().get("n3"), "default", "uid-tier", "node-role.kubernetes.io/ingress", "true", world.now());

        assertThat(notes(world, new Written(claim, Optional.empty(), false)))
                .contains(new Note(
                        false,
                        "NodeClaimed",
                        "Node n3 was claimed by tier default; its ingress pod starts.",
                        Optional.of("n3")));
        assertThat(notes(world, new Written(claim, Optional.of("conflict"), true)))
                .noneMatch(n -> n.reason().equals("NodeClaimed"));
    }

    @Test
    void aRefusalIsAWarningOnceAndNotAgainWhileItLasts() {
        World world = cluster().service(Traffic.LOCAL).replicas(1).world();

        assertThat(notes(world)).singleElement().satisfies(n -> {
            assertThat(n.warning()).isTrue();
            assertThat(n.reason()).isEqualTo("FewerReplicas");
        });

        world.tier().setStatus(StatusReport.of(Planner.plan(world), List.of()));
        assertThat(notes(world)).isEmpty();
    }

    @Test
    void whatIsAcceptedAllTheSameIsAWarningOnceAndNotAgainWhileItHolds() {
        World world = cluster().service(Traffic.POD_DIRECT).world();

        assertThat(notes(world)).anySatisfy(n -> {
            assertThat(n.warning()).isTrue();
            assertThat(n.reason()).isEqualTo("UnsupportedBackendMode");
        });

        world.tier().setStatus(StatusReport.of(Planner.plan(world), List.of()));
        assertThat(notes(world)).noneMatch(n -> n.reason().equals("UnsupportedBackendMode"));
    }

    @Test
    void aGuardSaysWhatHappenedAndWhatItMeans() {
        assertThat(Sentence.of(new Refusal("OneAtATime", Reason.OneAtATime, "n2 is still leaving")))
                .isEqualTo("N2 is still leaving. " + Reason.OneAtATime.sentence());
        assertThat(Sentence.of(new Refusal("Accept", Reason.LabelClaimed, "tier a has it; take another")))
                .isEqualTo("Tier a has it; take another.");
    }

    private static List<Note> notes(World world, Written... written) {
        var plan = Planner.plan(world);
        return Note.of(plan, List.of(written), StatusReport.of(plan, List.of(written)));
    }
}
