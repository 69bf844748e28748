package io.ingresstier.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.ingresstier.history.History;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Makes a lab as it was before the first test, so that one test cannot decide another. */
record CleanSlate(KubernetesClient client) {

    private static final List<String> NAMESPACES = List.of("kube-system", "default");

    private static final ResourceDefinitionContext TIERS = new ResourceDefinitionContext.Builder()
            .withGroup("ingresstier.io")
            .withVersion("v1alpha1")
            .withKind("IngressTier")
            .withPlural("ingresstiers")
            .withNamespaced(false)
            .build();

    /** Deletes tiers, workloads, Services and what a tier leaves on nodes; waits until all is gone. */
    void wipe() {
        tiers().forEach(this::deleteTier);
        NAMESPACES.forEach(this::deleteIn);
        client.nodes().list().getItems().stream().filter(CleanSlate::touched).forEach(this::restore);
        Awaitility.await("the last test's objects to go")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    var left = NAMESPACES.stream().flatMap(this::running).toList();
                    // An operator that still runs may have been about to make something.
                    left.stream()
                            .filter(o -> o.getMetadata().getDeletionTimestamp() == null)
                            .forEach(o -> client.resource(o).withGracePeriod(0).delete());
                    return left.isEmpty();
                });
    }

    /** Deletes every node object; for the API level, where nothing is behind them. */
    void deleteNodes() {
        client.nodes().delete();
    }

    private List<GenericKubernetesResource> tiers() {
        try {
            return client.genericKubernetesResources(TIERS).list().getItems();
        } catch (KubernetesClientException e) {
            return List.of(); // no such kind: no operator was installed yet
        }
    }

    private void deleteTier(GenericKubernetesResource tier) {
        var resource = client.genericKubernetesResources(TIERS)
                .withName(tier.getMetadata().getName());
        // Deleted first: an operator that still runs adds no finalizer to a tier on its way out.
        resource.delete();
        Awaitility.await("tier " + tier.getMetadata().getName() + " to go")
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .until(() -> {
                    if (resource.get() != null) {
                        resource.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
                    }
                    return resource.get() == null;
                });
    }

    private void deleteIn(String namespace) {
        client.apps().deployments().inNamespace(namespace).delete();
        client.apps().replicaSets().inNamespace(namespace).delete();
        client.apps().daemonSets().inNamespace(namespace).delete();
        client.policy().v1().podDisruptionBudget().inNamespace(namespace).delete();
        client.network().v1().ingresses().inNamespace(namespace).delete();
        client.autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(namespace)
                .delete();
        Predicate<HasMetadata> built = o -> !o.getMetadata().getName().equals("kubernetes");
        client.services().inNamespace(namespace).list().getItems().stream()
                .filter(built)
                .forEach(s -> client.resource(s).delete());
        // One that a test made by hand is nobody's, and would be behind the next Service of that name.
        client.discovery().v1().endpointSlices().inNamespace(namespace).list().getItems().stream()
                .filter(built)
                .forEach(s -> client.resource(s).delete());
        client.configMaps().inNamespace(namespace).list().getItems().stream()
                .filter(c -> c.getMetadata().getName().startsWith("ingresstier-"))
                .forEach(c -> client.resource(c).delete());
        client.v1().events().inNamespace(namespace).delete();
        client.pods().inNamespace(namespace).withGracePeriod(0).delete();
    }

    /** Pods, and what would make others in their place. */
    private Stream<? extends HasMetadata> running(String namespace) {
        return Stream.<List<? extends HasMetadata>>of(
                        client.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.apps().daemonSets().inNamespace(namespace).list().getItems(),
                        client.apps()
                                .replicaSets()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.pods().inNamespace(namespace).list().getItems())
                .flatMap(List::stream);
    }

    private static boolean touched(Node node) {
        return node.getMetadata().getLabels().keySet().stream().anyMatch(CleanSlate::ours)
                || node.getMetadata().getAnnotations().keySet().stream().anyMatch(CleanSlate::ours)
                || Boolean.TRUE.equals(node.getSpec().getUnschedulable())
                || node.getSpec().getTaints().stream().anyMatch(t -> ours(t.getKey()));
    }

    /** As a merge patch: kubelets write to nodes all the time, so a write with a resourceVersion would lose. */
    private void restore(Node node) {
        var taints = node.getSpec().getTaints().stream()
                .filter(t -> !ours(t.getKey()))
                .toList();
        var spec = new HashMap<String, Object>();
        spec.put("unschedulable", null);
        spec.put("taints", taints);
        var metadata = Map.of(
                "labels", removed(node.getMetadata().getLabels()),
                "annotations", removed(node.getMetadata().getAnnotations()));
        try {
            String patch = new ObjectMapper().writeValueAsString(Map.of("metadata", metadata, "spec", spec));
            client.nodes().withName(node.getMetadata().getName()).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> removed(Map<String, String> found) {
        var nulls = new HashMap<String, Object>();
        found.keySet().stream().filter(CleanSlate::ours).forEach(k -> nulls.put(k, null));
        return nulls;
    }

    private static boolean ours(String key) {
        return key.startsWith("ingresstier.io/")
                || key.startsWith("node-role.kubernetes.io/")
                || key.startsWith("node.kubernetes.io/exclude-from-external-load-balancers")
                || key.equals("ToBeDeletedByClusterAutoscaler")
                || key.equals(History.POWER_CUT);
    }
}
