package io.ingresstier.lab;

import static org.awaitility.Awaitility.await;

import io.ingresstier.api.IngressTier;
import io.ingresstier.api.NodeState;
import io.ingresstier.api.NodeStatus;
import io.ingresstier.world.Marks;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A tier that has taken the default cluster over, with the operator that keeps it. */
final class TierLayer implements IngressLayer {

    private final Lab lab;
    private final OperatorProcess operator;
    private final TierSteps steps;

    private TierLayer(Lab lab, OperatorProcess operator, TierSteps steps) {
        this.lab = lab;
        this.operator = operator;
        this.steps = steps;
    }

    /**
     * Takes the incumbent over and waits until the tier serves alone.
     *
     * @param resource the tier's name among the lab's test resources
     */
    static TierLayer takeOver(Lab lab, Cloud cloud, Incumbent incumbent, String resource) {
        OperatorProcess.install(lab.client());
        incumbent.create().awaitReady();
        await("the balancer to serve").atMost(Duration.ofMinutes(2)).until(cloud::serving);
        var operator = OperatorProcess.start(
                        lab, "operator-life-" + incumbent.mode().name().toLowerCase(Locale.ROOT))
                .awaitReady();
        var layer = new TierLayer(lab, operator, new TierSteps(lab.client()));
        try {
            lab.kubectl("apply", "-f", Scenario.resource(resource).toString());
            await("the tier to serve, now at step " + layer.steps.step())
                    .atMost(Duration.ofMinutes(3))
                    .failFast("the operator ended; its log is " + operator.log(), () -> !operator.alive())
                    .until(layer.steps::ready);
            return layer;
        } catch (RuntimeException e) {
            layer.close(); // it would act in the tests that follow
            throw e;
        }
    }

    @Override
    public List<String> nodes() {
        return members().stream().map(NodeStatus::name).toList();
    }

    @Override
    public void scale(int nodes) {
        lab.kubectl("scale", "itier/default", "--replicas=" + nodes);
    }

    /** Edits the Deployment that was scaled to zero: its template is the tier's. */
    @Override
    public void image(String image) {
        lab.kubectl(
                "--namespace=" + Incumbent.NAMESPACE,
                "set",
                "image",
                "deployment/" + Incumbent.NAME,
                Incumbent.NAME + "=" + image);
    }

    @Override
    public boolean settled() {
        if (!operator.alive()) {
            throw new IllegalStateException("the operator ended; its log is " + operator.log());
        }
        return steps.ready()
                && heldAnchors() == members().size()
                && lab.client()
                        .nodes()
                        .withLabel(Marks.EXCLUDE)
                        .list()
                        .getItems()
                        .isEmpty()
                && members().stream().allMatch(n -> n.state() == NodeState.Serving);
    }

    @Override
    public String toString() {
        return "the operator";
    }

    @Override
    public void close() {
        steps.close();
        operator.close();
    }

    /** Anchors that make a drain of their node wait. */
    private long heldAnchors() {
        return lab
                .client()
                .pods()
                .inNamespace(Incumbent.NAMESPACE)
                .withLabel(Marks.ANCHOR)
                .withLabel(Marks.HELD)
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getStatus().getConditions().stream()
                        .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus())))
                .count();
    }

    private List<NodeStatus> members() {
        return steps.tier().map(IngressTier::getStatus).orElseThrow().nodes();
    }
}
