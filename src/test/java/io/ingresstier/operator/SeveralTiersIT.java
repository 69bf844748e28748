package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.ServiceRef;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import io.ingresstier.world.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Two tiers on the nodes of one cluster, each with its own Service, Deployment and label value. */
@ApiLevel
class SeveralTiersIT {

    private static final String ROLE = "node-role.kubernetes.io/ingress";
    private static final List<String> NAMES = List.of("shop", "wiki");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void twoTiersShareNoNodeAndTheEndOfOneLeavesTheOtherAlone(
            Lab lab, KubernetesClient client, FakeNodes nodes, Cloud cloud) {
        OperatorProcess.install(client);
        nodes.create(7, 3);
        try (var operator = OperatorProcess.start(lab, "SeveralTiersIT").awaitReady()) {
            assertThat(operator.alive()).isTrue();
            NAMES.forEach(name -> incumbent(client, name));
            NAMES.forEach(name -> await(name + " to be served")
                    .atMost(PATIENCE)
                    .until(() -> !cloud.backends(service(name), 80).isEmpty()));
            var tiers = NAMES.stream().collect(Collectors.toMap(name -> name, name -> tier(client, name)));
            NAMES.forEach(name -> tiers.get(name).awaitReady());

            Set<String> shop = members(client, "shop");
            Set<String> wiki = members(client, "wiki");
            assertThat(shop).hasSize(2).doesNotContainAnyElementsOf(wiki);
            assertThat(wiki).hasSize(2);
            await().until(cloud::idle);
            assertThat(cloud.backends(service("shop"), 80)).isEqualTo(shop);
            assertThat(cloud.backends(service("wiki"), 80)).isEqualTo(wiki);

            Map<String, Object> before = touched(client, "wiki");
            int changes = cloud.history(service("wiki")).size();
            tiers.get("shop").deleteAndAwaitGone();

            assertThat(members(client, "shop")).isEmpty();
            assertThat(client.apps()
                            .deployments()
                            .inNamespace("shop")
                            .withName(Incumbent.NAME)
                            .require()
                            .getStatus()
                            .getReadyReplicas())
                    .isEqualTo(2);
            assertThat(touched(client, "wiki")).isEqualTo(before);
            await().until(cloud::idle);
            assertThat(cloud.history(service("wiki")))
                    .as("what is behind wiki has never changed")
                    .hasSize(changes);
            tiers.get("wiki").deleteAndAwaitGone();
        } finally {
            NAMES.forEach(name -> client.namespaces().withName(name).delete());
            NAMES.forEach(name -> client.namespaces()
                    .withName(name)
                    .waitUntilCondition(Objects::isNull, PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    private static ObjectKey service(String name) {
        return new ObjectKey(name, Cloud.INGRESS.name());
    }

    /** A Deployment and its Service in a namespace of that name, on whatever node. */
    private static void incumbent(KubernetesClient client, String name) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        client.resource(new DeploymentBuilder(Incumbent.deployment(2))
                        .editMetadata()
                        .withNamespace(name)
                        .endMetadata()
                        .build())
                .create();
        client.resource(new ServiceBuilder(Incumbent.service(BackendMode.Local))
                        .editMetadata()
                        .withNamespace(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private static LiveTier tier(KubernetesClient client, String name) {
        return LiveTier.create(
                client,
                name,
                spec -> spec.withNodes(
                                n -> n.withReplicas(2).withLabel(n.label().withValue(name)))
                        .withController(c -> Serialization.unmarshal(
                                "{\"namespace\": \"%s\"}".formatted(name), ControllerSpec.class))
                        .withLoadBalancer(l -> l.withServiceRefs(List.of(new ServiceRef(name, Cloud.INGRESS.name())))));
    }

    private static Set<String> members(KubernetesClient client, String tier) {
        return client.nodes().withLabel(ROLE, tier).list().getItems().stream()
                .map(node -> node.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    /** What the operator writes for a tier: its nodes' metadata, its Service's, its DaemonSet's and its pods'. */
    private static Map<String, Object> touched(KubernetesClient client, String tier) {
        var objects = new TreeMap<String, Object>();
        for (Node node : client.nodes().withLabel(ROLE, tier).list().getItems()) {
            objects.put(
                    node.getMetadata().getName(),
                    List.of(node.getMetadata().getLabels(), node.getMetadata().getAnnotations()));
        }
        var service = client.services()
                .inNamespace(tier)
                .withName(Cloud.INGRESS.name())
                .require();
        objects.put(
                "service",
                List.of(
                        service.getMetadata().getAnnotations(),
                        service.getSpec().getSelector()));
        var workload = client.apps()
                .daemonSets()
                .inNamespace(tier)
                .withName(Incumbent.NAME)
                .require();
        objects.put("workload", workload.getMetadata().getGeneration());
        client.pods()
                .inNamespace(tier)
                .list()
                .getItems()
                .forEach(pod -> objects.put(
                        pod.getMetadata().getUid(), pod.getMetadata().getLabels()));
        return objects;
    }
}
