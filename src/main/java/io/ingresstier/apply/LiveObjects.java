package io.ingresstier.apply;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.ingresstier.world.Action;
import io.ingresstier.world.DrainGuardAction;
import io.ingresstier.world.Edits;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.TierAction;
import io.ingresstier.world.WorkloadAction;
import io.ingresstier.world.World;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the object of an action as it is now. */
final class LiveObjects {

    private final KubernetesClient client;

    LiveObjects(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The picture with the object as it is now.
     *
     * @param resourceVersion the revision that was read
     */
    record Seen(World world, String resourceVersion) {}

    /** Empty if the object is gone, or what the tier owns of it is not what the plan saw. */
    Optional<Seen> seen(World world, Action action) {
        return switch (action) {
            case NodeAction a ->
                Optional.ofNullable(client.nodes().withName(a.node().name()).get())
                        .map(NodeView::of)
                        .filter(n -> n.uid().equals(a.node().uid()))
                        .filter(n -> a.taints().isEmpty()
                                || n.taints().equals(a.node().taints()))
                        .filter(n -> untouched(
                                n.labels(),
                                n.annotations(),
                                a.node().labels(),
                                a.node().annotations(),
                                a.edits()))
                        .map(n -> new Seen(withPods(world.with(n), a), n.resourceVersion()));
            case PodAction a ->
                Optional.ofNullable(client.pods()
                                .inNamespace(a.pod().key().namespace())
                                .withName(a.pod().key().name())
                                .get())
                        .map(PodView::of)
                        .filter(p -> p.uid().equals(a.pod().uid()))
                        .filter(p -> untouched(
                                p.labels(),
                                p.annotations(),
                                a.pod().labels(),
                                a.pod().annotations(),
                                a.edits()))
                        .map(p -> new Seen(world.with(p), p.resourceVersion()));
            case ServiceAction a ->
                Optional.ofNullable(client.services()
                                .inNamespace(a.service().key().namespace())
                                .withName(a.service().key().name())
                                .get())
                        .map(ServiceView::of)
                        .filter(s -> s.uid().equals(a.service().uid()))
                        .filter(s -> s.selector().equals(a.service().selector()))
                        .filter(s -> untouched(
                                s.labels(),
                                s.annotations(),
                                a.service().labels(),
                                a.service().annotations(),
                                a.edits()))
                        .map(s -> new Seen(world.with(s), s.resourceVersion()));
            case IncumbentAction a ->
                Optional.ofNullable(client.apps()
                                .deployments()
                                .inNamespace(a.incumbent().key().namespace())
                                .withName(a.incumbent().key().name())
                                .get())
                        .map(IncumbentView::of)
                        .filter(i -> i.uid().equals(a.incumbent().uid())
                                && i.replicas() == a.incumbent().replicas())
                        .map(i -> new Seen(world.with(i), i.resourceVersion()));
            case WorkloadAction.DeleteWorkload a ->
                workload(ObjectKey.of(a.current()))
                        .filter(d -> d.getMetadata()
                                .getUid()
                                .equals(a.current().getMetadata().getUid()))
                        .map(d -> new Seen(
                                world.with(d)
                                        .withPods(pods(world).list().getItems().stream()
                                                .map(PodView::of)
                                                .toList()),
                                d.getMetadata().getResourceVersion()));
            case WorkloadAction.ApplyWorkload a -> Optional.of(new Seen(world, a.resourceVersion()));
            case DrainGuardAction a -> Optional.of(new Seen(world, a.resourceVersion()));
            case OriginalsAction a -> Optional.of(new Seen(world, a.resourceVersion()));
            case TierAction a -> Optional.of(new Seen(world, a.resourceVersion()));
        };
    }

    /** What ends with the label is known by the pods there at that moment, and not by those that were heard of. */
    private World withPods(World world, NodeAction action) {
        if (!(action instanceof NodeAction.ReleaseNode release)) {
            return world;
        }
        String node = release.node().name();
        var elsewhere = world.pods().stream().filter(p -> !p.nodeName().equals(node));
        var there = pods(world).withField("spec.nodeName", node).list().getItems().stream()
                .map(PodView::of);
        return world.withPods(Stream.concat(elsewhere, there).toList());
    }

    private NonNamespaceOperation<Pod, PodList, PodResource> pods(World world) {
        return client.pods().inNamespace(world.tier().getSpec().controller().namespace());
    }

    private Optional<DaemonSet> workload(ObjectKey key) {
        return Optional.ofNullable(client.apps()
                .daemonSets()
                .inNamespace(key.namespace())
                .withName(key.name())
                .get());
    }

    private static boolean untouched(
            Map<String, String> labels,
            Map<String, String> annotations,
            Map<String, String> labelsSeen,
            Map<String, String> annotationsSeen,
            Edits edits) {
        return Edits.agree(labels, labelsSeen, edits.labels())
                && Edits.agree(annotations, annotationsSeen, edits.annotations());
    }
}
