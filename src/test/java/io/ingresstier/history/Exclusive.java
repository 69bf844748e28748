package io.ingresstier.history;

import io.fabric8.kubernetes.api.model.Node;
import io.ingresstier.world.Claim;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeView;
import java.util.Optional;
import java.util.stream.Stream;

/** I6: no write of the operator's makes a node of one tier a node of another too. */
final class Exclusive implements Judge {

    @Override
    public String invariant() {
        return "I6";
    }

    @Override
    public Stream<String> see(Change change) {
        if (!change.ours()) {
            return Stream.of();
        }
        return change.revision().changed(Node.class).stream().flatMap(c -> {
            NodeView before = NodeView.of(c.before());
            NodeView after = NodeView.of(c.after());
            Optional<String> was = Optional.ofNullable(before.annotations().get(Marks.TIER));
            Optional<String> is = Optional.ofNullable(after.annotations().get(Marks.TIER));
            var own = change.after().world().tier().getSpec().nodes().label();
            Stream<String> others = change.after().world().claims().stream()
                    .filter(other -> after.labelled(other.labelKey(), other.labelValue()))
                    .map(Claim::tier);
            return Stream.concat(
                    was.isPresent() && is.isPresent() && !was.equals(is)
                            ? Stream.of("the node goes from tier %s to tier %s".formatted(was.get(), is.get()))
                            : Stream.of(),
                    !before.labelled(own.key(), own.value()) && after.labelled(own.key(), own.value())
                            ? others.map(tier -> "the node is labelled for tier %s and carries that of tier %s"
                                    .formatted(change.after().world().name(), tier))
                            : Stream.of());
        });
    }
}
