package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ServiceView;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * Which changes make the cloud's controller sync, as observed on the real one: a taint alone does not, nor does a
 * Service's label or selector, nor a kubelet's heartbeat.
 *
 * @param <T> the watched kind
 */
record CloudWatch<T extends HasMetadata>(BiPredicate<T, T> matters, Consumer<T> changed)
        implements ResourceEventHandler<T> {

    /** Whether a node's change can change backends. */
    static boolean nodeMatters(Node before, Node after) {
        var a = NodeView.of(before);
        var b = NodeView.of(after);
        return labelsDiffer(a.labels(), b.labels())
                || a.readiness() != b.readiness()
                || a.unschedulable() != b.unschedulable();
    }

    /** Whether a Service's change is one that the controller looks at. */
    static boolean serviceMatters(Service before, Service after) {
        var a = ServiceView.of(before);
        var b = ServiceView.of(after);
        return !ServiceHash.of(a).equals(ServiceHash.of(b))
                || !a.uid().equals(b.uid())
                || a.terminating() != b.terminating();
    }

    /** Whether a slice's change can change backends. */
    static boolean sliceMatters(EndpointSlice before, EndpointSlice after) {
        return !Objects.equals(before.getEndpoints(), after.getEndpoints());
    }

    /** As the real one compares: it overlooks that a label of empty value went while another came. */
    private static boolean labelsDiffer(Map<String, String> before, Map<String, String> after) {
        return before.size() != after.size()
                || before.entrySet().stream().anyMatch(e -> !e.getValue().equals(after.getOrDefault(e.getKey(), "")));
    }

    @Override
    public void onAdd(T object) {
        changed.accept(object);
    }

    @Override
    public void onUpdate(T before, T after) {
        if (matters.test(before, after)) {
            changed.accept(after);
        }
    }

    @Override
    public void onDelete(T object, boolean unknown) {
        changed.accept(object);
    }
}
