package io.ingresstier.plan;

import io.ingresstier.api.Isolation;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.NodeTaint;
import io.ingresstier.world.World;
import java.util.List;
import java.util.stream.Stream;

/** Members of an exclusive tier have its taint once their pod has proven itself; those of a shared one do not. */
final class Isolated {

    private Isolated() {}

    /** The taints that are missing, or too many. A taint that was found is nobody's of ours. */
    static List<NodeAction> of(Situation situation) {
        World world = situation.world();
        if (world.goesBack() || world.tier().getSpec().nodes().isolation() == Isolation.Shared) {
            return off(situation.members().stream());
        }
        NodeTaint taint = taint(world);
        return situation.choice().active().stream()
                .filter(m -> m.claimed() && m.labelled())
                .filter(m -> !m.node().tainted(taint) && situation.traffic().available(m))
                .map(m -> (NodeAction) new NodeAction.TaintNode(m.node(), taint))
                .toList();
    }

    private static List<NodeAction> off(Stream<Member> members) {
        return members.filter(m -> m.labelled() && m.node().annotations().containsKey(Marks.TAINTED))
                .map(m -> (NodeAction) new NodeAction.UntaintNode(m.node()))
                .toList();
    }

    /** The tier's taint. */
    static NodeTaint taint(World world) {
        var label = world.tier().getSpec().nodes().label();
        return NodeTaint.exclusive(label.key(), label.value());
    }
}
