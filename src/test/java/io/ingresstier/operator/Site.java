package io.ingresstier.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ConnectionDraining;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.ServiceRef;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.world.Originals;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A default cluster of its own within the cluster: a namespace with Deployment and Service, nodes that nothing else
 * uses, and a tier. So many courses of things go on side by side.
 *
 * @param name of the tier, the namespace, the nodes' pool and the value of the role label
 */
record Site(KubernetesClient client, String name) {

    private static final int NODES = 5;
    private static final int PATIENCE_SECONDS = 120;
    private static final String SERVICE = Cloud.INGRESS.name();
    private static final String POOL = "pool";

    /** Creates everything but the tier. */
    static Site create(KubernetesClient client, FakeNodes nodes, String name, int number) {
        var site = new Site(client, name);
        for (int i = 1; i <= NODES; i++) {
            String node = name + "-n" + i;
            nodes.create(node, "zone-" + (char) ('a' + i % 3), number * NODES + i);
            client.nodes()
                    .withName(node)
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"metadata\":{\"labels\":{\"%s\":\"%s\"}}}".formatted(POOL, name));
        }
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        site.createIncumbent();
        client.resource(new ServiceBuilder(Incumbent.service(BackendMode.Local))
                        .editMetadata()
                        .withNamespace(name)
                        .endMetadata()
                        .build())
                .create();
        return site;
    }

    /** Creates the Deployment, as it was at first. */
    void createIncumbent() {
        client.resource(new DeploymentBuilder(Incumbent.deployment(2))
                        .editMetadata()
                        .withNamespace(name)
                        .endMetadata()
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .withNodeSelector(pool())
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }

    /** Waits until the Deployment serves and the cloud has synced its balancer. */
    Site awaitServing() {
        await(
                incumbent(),
                d -> d.getStatus() != null
                        && Integer.valueOf(2).equals(d.getStatus().getReadyReplicas()));
        await(
                service(),
                s -> s.getMetadata().getLabels() != null
                        && s.getMetadata().getLabels().containsKey("service.beta.kubernetes.io/hash"));
        return this;
    }

    /** Creates the tier: two members, and the shortest waits that the API lets pass. */
    LiveTier createTier() {
        return createTier(10);
    }

    /** The same, with connections that are given so long to end. */
    LiveTier createTier(int drainSeconds) {
        return LiveTier.create(
                client,
                name,
                spec -> spec.withNodes(n -> n.withReplicas(2)
                                .withSelector(new LabelSelectorBuilder()
                                        .withMatchLabels(pool())
                                        .build())
                                .withLabel(n.label().withValue(name)))
                        .withController(c -> Serialization.unmarshal(
                                "{\"namespace\": \"%s\"}".formatted(name), ControllerSpec.class))
                        .withLoadBalancer(l -> l.withServiceRefs(List.of(new ServiceRef(name, SERVICE)))
                                .withConnectionDraining(ConnectionDraining.Enabled))
                        .withRollout(r -> r.withDrainSeconds(drainSeconds)));
    }

    Resource<Deployment> incumbent() {
        return client.apps().deployments().inNamespace(name).withName(Incumbent.NAME);
    }

    Resource<Service> service() {
        return client.services().inNamespace(name).withName(SERVICE);
    }

    Resource<ConfigMap> originals() {
        return client.configMaps().inNamespace(name).withName(Originals.name(name));
    }

    Resource<DaemonSet> workload() {
        return client.apps().daemonSets().inNamespace(name).withName(Incumbent.NAME);
    }

    /** Waits until so many nodes carry the role label. */
    void awaitMembers(int count) {
        client.nodes()
                .withLabel("node-role.kubernetes.io/ingress", name)
                .informOnCondition(members -> members.size() >= count)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Waits until the Service carries this mark. */
    void awaitMark(String annotation) {
        await(service(), s -> s.getMetadata().getAnnotations().containsKey(annotation));
    }

    /** Every object that the tier may touch. */
    SortedMap<String, ObjectNode> dump() {
        return ClusterDump.objects(client, name, pool());
    }

    /** Deletes the namespace, and with it everything but the nodes. */
    void delete() {
        client.namespaces().withName(name).delete();
    }

    void awaitGone() {
        client.namespaces().withName(name).waitUntilCondition(Objects::isNull, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** What the tier says of itself on the nodes, the Service and its pods. */
    List<String> marks() {
        return Stream.<List<? extends HasMetadata>>of(
                        client.nodes().withLabels(pool()).list().getItems(),
                        client.services().inNamespace(name).list().getItems(),
                        client.pods().inNamespace(name).list().getItems())
                .flatMap(List::stream)
                .flatMap(o -> o.getMetadata().getAnnotations().keySet().stream()
                        .filter(key -> key.startsWith("ingresstier.io/"))
                        .map(key -> o.getKind() + " " + o.getMetadata().getName() + ": " + key))
                .toList();
    }

    private Map<String, String> pool() {
        return Map.of(POOL, name);
    }

    static <T> T await(Resource<T> object, Predicate<T> seen) {
        return object.waitUntilCondition(o -> o != null && seen.test(o), PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
