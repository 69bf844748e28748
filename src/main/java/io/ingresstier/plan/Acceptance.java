package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.api.Reason;
import io.ingresstier.api.Retire;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Member;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Optional;

/**
 * Whether a spec fits the cluster: everything that CEL cannot check at admission. Each section of the spec has a file.
 */
final class Acceptance {

    private Acceptance() {}

    /** The first thing that does not fit; empty if the spec fits. */
    static Optional<Refusal> objection(
            World world, TrafficView traffic, List<Member> members, Optional<DaemonSet> desired, NodeChoice choice) {
        var controller = new ControllerAcceptance(world);
        return unsupported(world)
                .or(() -> new LoadBalancerAcceptance(world, traffic, desired).objection())
                .or(controller::objection)
                .or(() -> new NodesAcceptance(world, traffic, members, choice).objection())
                // Last, for it may pass by itself.
                .or(controller::unready);
    }

    private static Optional<Refusal> unsupported(World world) {
        var spec = world.tier().getSpec();
        if (spec.controller().retire() != Retire.ScaleToZero) {
            return unsupported("controller.retire: " + spec.controller().retire(), "ScaleToZero");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> unsupported(String asked, String instead) {
        return refuse(Reason.NotYetSupported, "this version does not support %s yet; use %s".formatted(asked, instead));
    }

    /** Not accepted, for this reason. */
    static Optional<Refusal> refuse(Reason reason, String message) {
        return Optional.of(new Refusal("Accept", reason, message));
    }
}
