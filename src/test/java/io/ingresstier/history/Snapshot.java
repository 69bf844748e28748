package io.ingresstier.history;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.ingresstier.api.IngressTier;
import io.ingresstier.world.Anchorage;
import io.ingresstier.world.Answers;
import io.ingresstier.world.Claim;
import io.ingresstier.world.EndpointSliceView;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.Originals;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every recorded object at one revision. */
final class Snapshot {

    private final Map<String, HasMetadata> objects;
    private final Instant at;
    /** What all tiers see alike, made once for all of them. */
    private final TreeMap<String, NodeView> nodes;

    private final List<ServiceView> services;
    private final List<EndpointSliceView> slices;
    private final Map<String, Picture> pictures;

    private Snapshot(Map<String, HasMetadata> objects, Instant at) {
        this.objects = objects;
        this.at = at;
        this.nodes = all(Node.class)
                .map(NodeView::of)
                .collect(Collectors.toMap(NodeView::name, Function.identity(), (a, b) -> b, TreeMap::new));
        this.services = all(Service.class).map(ServiceView::of).toList();
        this.slices = all(EndpointSlice.class).map(EndpointSliceView::of).toList();
        this.pictures = all(IngressTier.class)
                .collect(Collectors.toMap(t -> t.getMetadata().getUid(), this::picture));
    }

    /** The cluster as it was found. */
    static Snapshot of(Collection<? extends HasMetadata> found, Instant at) {
        var objects = new HashMap<String, HasMetadata>();
        found.forEach(o -> objects.put(Revision.key(o), o));
        return new Snapshot(objects, at);
    }

    /** The cluster after one more write. */
    Snapshot with(Revision revision) {
        var changed = new HashMap<>(objects);
        if (revision.deleted()) {
            changed.remove(revision.key());
        } else {
            changed.put(revision.key(), revision.object());
        }
        return new Snapshot(changed, revision.at());
    }

    /** The object of this kind and key. */
    Optional<HasMetadata> get(String key) {
        return Optional.ofNullable(objects.get(key));
    }

    /** By the uid of each tier. */
    Map<String, Picture> pictures() {
        return pictures;
    }

    private <T extends HasMetadata> Stream<T> all(Class<T> kind) {
        return objects.values().stream().filter(kind::isInstance).map(kind::cast);
    }

    private <T extends HasMetadata> Optional<T> find(Class<T> kind, String namespace, String name) {
        return all(kind)
                .filter(o -> ObjectKey.of(o).equals(new ObjectKey(namespace, name)))
                .findFirst();
    }

    private Picture picture(IngressTier tier) {
        String name = tier.getMetadata().getName();
        var controller = tier.getSpec().controller();
        String namespace = controller.namespace();
        String incumbent = Optional.ofNullable(controller.incumbentRef())
                .map(r -> r.name())
                .orElse(controller.name());
        Set<ObjectKey> listed = tier.getSpec().loadBalancer().serviceRefs().stream()
                .map(r -> new ObjectKey(r.namespace(), r.name()))
                .collect(Collectors.toSet());
        Map<ObjectKey, ServiceView> seen = services.stream()
                .filter(s -> s.loadBalancer() || listed.contains(s.key()))
                .collect(Collectors.toMap(ServiceView::key, Function.identity()));
        Optional<ConfigMap> originals = all(ConfigMap.class)
                .filter(c -> c.getMetadata().getName().equals(Originals.name(name)))
                .findFirst();
        var world = new World(
                at,
                "",
                tier,
                Set.of(),
                nodes,
                new TreeMap<>(seen),
                slices.stream().filter(s -> seen.containsKey(s.service())).toList(),
                all(Pod.class)
                        .filter(p -> namespace.equals(p.getMetadata().getNamespace()))
                        .map(PodView::of)
                        .toList(),
                find(DaemonSet.class, namespace, controller.name()),
                new Anchorage(
                        find(Deployment.class, namespace, Anchorage.name(name)),
                        find(PodDisruptionBudget.class, namespace, Anchorage.name(name))),
                find(Deployment.class, namespace, incumbent).map(IncumbentView::of),
                originals.map(Originals::of),
                claims(name),
                List.of(),
                List.of(),
                Answers.NONE,
                false);
        return Picture.of(world);
    }

    private List<Claim> claims(String tier) {
        return all(IngressTier.class)
                .filter(t -> !tier.equals(t.getMetadata().getName()))
                .map(Claim::of)
                .toList();
    }
}
