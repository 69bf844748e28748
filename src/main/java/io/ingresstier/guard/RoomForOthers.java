package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.NodeTaint;
import io.ingresstier.world.NodeView;
import java.util.Collection;
import java.util.Optional;

/** An exclusive tier leaves room for everything else: of what remains one node may fail. */
public record RoomForOthers() implements Guard {

    /** Nodes that must remain for pods which tolerate nothing. */
    public static final int NODES = 2;

    @Override
    public Optional<Refusal> judge(Judgement judgement) {
        if (!(judgement.action() instanceof NodeAction.TaintNode taint)) {
            return Optional.empty();
        }
        long left = left(judgement.after().nodes().values());
        return left >= NODES
                ? Optional.empty()
                : refuse(
                        Reason.NoRoomForOthers,
                        "%s: %d nodes without taints would remain, and %d must"
                                .formatted(taint.sentence(), left, NODES));
    }

    /** Nodes on which a pod that tolerates nothing can be scheduled. */
    public static long left(Collection<NodeView> nodes) {
        return nodes.stream()
                .filter(n -> n.ready() && !n.unschedulable())
                .filter(n -> n.taints().stream().noneMatch(NodeTaint::keepsOff))
                .count();
    }
}
