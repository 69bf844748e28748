package io.ingresstier.plan;

import static io.ingresstier.plan.AcceptanceTest.ordinary;
import static io.ingresstier.plan.AcceptanceTest.refused;
import static io.ingresstier.world.ClusterScenario.ROLE;
import static io.ingresstier.world.ClusterScenario.START;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.Reason;
import io.ingresstier.world.Claim;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.NodeView;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code nodes} is refused for before the first write. */
class NodesAcceptanceTest {

    @Test
    void aLabelThatAnOlderTierHas() {
        refused(
                ordinary()
                        .claim(new Claim("older", ROLE, "true", START.minusSeconds(1), Set.of(), 1))
                        .world(),
                Reason.LabelClaimed,
                "older",
                "nodes.label.value");
        assertThat(Situation.of(ordinary()
                                .claim(new Claim("younger", ROLE, "true", START.plusSeconds(1), Set.of(), 1))
                                .world())
                        .accepted())
                .isTrue();
    }

    @Test
    void aFoundNodeWithoutProviderId() {
        refused(
                ordinary()
                        .found("n2")
                        .node("n2", NodesAcceptanceTest::withoutProviderId)
                        .world(),
                Reason.InvalidProviderId,
                "n2",
                "set it or take the label off");
    }

    @Test
    void tooFewNodesBecauseOneHasNoProviderId() {
        refused(
                cluster()
                        .nodes(3, 3)
                        .service(Traffic.LOCAL)
                        .node("n2", NodesAcceptanceTest::withoutProviderId)
                        .world(),
                Reason.InvalidProviderId,
                "2 of the 3 nodes",
                "n2",
                "nodes.replicas");
    }

    @Test
    void tooFewNodes() {
        refused(
                cluster().nodes(2, 2).service(Traffic.LOCAL).world(),
                Reason.NotEnoughNodes,
                "2 of the 3 nodes",
                "add nodes");
    }

    @Test
    void tooFewNodesBesideTheIncumbentsHostPorts() {
        refused(cluster().hostPorts().nodes(4, 2).service(Traffic.LOCAL).world(), Reason.NotEnoughNodes, "host ports");
    }

    @Test
    void moreFoundMembersThanReplicas() {
        refused(
                ordinary().found("n1", "n2", "n3", "n4").world(),
                Reason.FoundMembersHeld,
                "4 nodes",
                "raise nodes.replicas");
    }

    static NodeView withoutProviderId(NodeView n) {
        return new NodeView(
                n.name(),
                n.uid(),
                n.resourceVersion(),
                n.labels(),
                n.annotations(),
                "",
                n.unschedulable(),
                n.taints(),
                n.readiness(),
                n.readinessSince(),
                n.terminating(),
                n.internalIp(),
                n.excludedSince());
    }
}
