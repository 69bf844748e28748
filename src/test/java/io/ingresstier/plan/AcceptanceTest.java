package io.ingresstier.plan;

import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.Reason;
import io.ingresstier.api.Retire;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.World;
import org.junit.jupiter.api.Test;

/** What a spec is refused for before the first write: with its reason, the object's name and what to do. */
class AcceptanceTest {

    @Test
    void anOrdinaryClusterIsAccepted() {
        assertThat(Situation.of(ordinary().world()).accepted()).isTrue();
    }

    @Test
    void whatIsNotBuiltYet() {
        refused(
                ordinary()
                        .spec(s -> s.withController(c -> new ControllerSpec(
                                c.namespace(),
                                c.name(),
                                null,
                                Retire.Delete,
                                c.profile(),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null)))
                        .world(),
                Reason.NotYetSupported,
                "controller.retire: Delete",
                "use ScaleToZero");
    }

    /** A cluster to which the default spec fits. */
    static ClusterScenario ordinary() {
        return cluster().service(Traffic.LOCAL);
    }

    /** Nothing is written, and the refusal says all of this. */
    static void refused(World world, Reason reason, String... parts) {
        var plan = Planner.plan(world);
        var refusal = plan.outcome(Accept.class).flatMap(Outcome::refusal).orElseThrow();
        assertThat(refusal.reason()).as(refusal.message()).isEqualTo(reason);
        assertThat(refusal.message()).contains(parts);
        assertThat(plan.actions()).isEmpty();
    }
}
