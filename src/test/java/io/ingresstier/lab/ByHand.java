package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/**
 * The cloud vendor's manual procedure in today's API, step by step as its page orders it, by somebody who waits for
 * each step and loses no time between them. What it loses is what the operator is for.
 */
record ByHand(KubernetesClient client, Cloud cloud, List<String> nodes, Consumer<String> say) {

    private static final String LABEL = "node-role.kubernetes.io/ingress";

    /** What the page lets people write: the prefix that is the legacy one now. */
    private static final String ANNOTATION = "service.beta.kubernetes.io/alicloud-loadbalancer-backend-label";

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    /** Does it all; the phases are the page's steps. */
    List<Phase> run() {
        var phases = new ArrayList<Phase>();
        phases.add(phase("label the nodes", this::labelNodes));
        phases.add(phase("delete the Deployment", this::deleteDeployment));
        phases.add(phase("create the DaemonSet", this::createDaemonSet));
        phases.add(phase("annotate the Service", this::annotateService));
        return phases;
    }

    private Phase phase(String name, Runnable step) {
        say.accept(name);
        Instant from = Instant.now();
        step.run();
        return new Phase(name, from, Instant.now());
    }

    private void labelNodes() {
        nodes.forEach(n ->
                client.nodes().withName(n).patch(MERGE, "{\"metadata\":{\"labels\":{\"" + LABEL + "\":\"true\"}}}"));
    }

    private void deleteDeployment() {
        var deployment =
                client.apps().deployments().inNamespace(Incumbent.NAMESPACE).withName(Incumbent.NAME);
        deployment.delete();
        deployment.waitUntilCondition(Objects::isNull, 1, TimeUnit.MINUTES);
    }

    private void createDaemonSet() {
        var resource = client.resource(daemonSet());
        resource.create();
        resource.waitUntilCondition(
                d -> d != null
                        && d.getStatus().getDesiredNumberScheduled() != null
                        && Objects.requireNonNullElse(d.getStatus().getNumberReady(), 0) == nodes.size(),
                2,
                TimeUnit.MINUTES);
    }

    private void annotateService() {
        client.services()
                .inNamespace(Incumbent.NAMESPACE)
                .withName(Cloud.INGRESS.name())
                .patch(MERGE, "{\"metadata\":{\"annotations\":{\"" + ANNOTATION + "\":\"" + LABEL + "=true\"}}}");
        Awaitility.await("the balancer to follow")
                .atMost(Duration.ofMinutes(2))
                .until(() -> synced() && cloud.serving());
    }

    private boolean synced() {
        var service = client.services()
                .inNamespace(Incumbent.NAMESPACE)
                .withName(Cloud.INGRESS.name())
                .require();
        return cloud.backends(Cloud.INGRESS, 80).size() == nodes.size()
                || "eni".equals(service.getMetadata().getAnnotations().get("service.beta.kubernetes.io/backend-type"));
    }

    private static DaemonSet daemonSet() {
        return new DaemonSetBuilder()
                .withNewMetadata()
                .withName(Incumbent.NAME)
                .withNamespace(Incumbent.NAMESPACE)
                .withLabels(Incumbent.LABELS)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .withMatchLabels(Incumbent.LABELS)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Incumbent.LABELS)
                .endMetadata()
                .withNewSpec()
                .withNodeSelector(Map.of(LABEL, "true"))
                .withContainers(container())
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    /** The same controller, probed as seldom as the page has it: every 10 s, three times until it counts. */
    private static Container container() {
        Probe readiness =
                new ProbeBuilder(Incumbent.probe(10)).withFailureThreshold(3).build();
        Probe liveness = new ProbeBuilder(readiness).withInitialDelaySeconds(10).build();
        return new ContainerBuilder(Incumbent.container(readiness))
                .withLivenessProbe(liveness)
                .build();
    }
}
