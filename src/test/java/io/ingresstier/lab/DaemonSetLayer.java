package io.ingresstier.lab;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What the vendor's page leads to: a plain DaemonSet on labelled nodes, and a balancer that takes those only. */
record DaemonSetLayer(Lab lab, Incumbent incumbent) implements IngressLayer {

    private static final String LABEL = "node-role.kubernetes.io/ingress";
    private static final String ANNOTATION = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-backend-label";

    /** Creates it on so many nodes and waits until it serves. */
    static DaemonSetLayer create(Lab lab, Cloud cloud, Incumbent incumbent, int nodes) {
        var layer = new DaemonSetLayer(lab, incumbent);
        layer.scale(nodes);
        lab.client().resource(daemonSet(incumbent)).create();
        await("the DaemonSet to be ready").atMost(Duration.ofMinutes(2)).until(layer::settled);
        incumbent.createService();
        lab.kubectl(
                "--namespace=" + Incumbent.NAMESPACE,
                "annotate",
                "service/" + Cloud.INGRESS.name(),
                ANNOTATION + "=" + LABEL + "=true");
        await("the balancer to serve").atMost(Duration.ofMinutes(2)).until(cloud::serving);
        return layer;
    }

    private static DaemonSet daemonSet(Incumbent incumbent) {
        PodTemplateSpec template = incumbent.deployment().getSpec().getTemplate();
        return new DaemonSetBuilder()
                .withNewMetadata()
                .withName(Incumbent.NAME)
                .withNamespace(Incumbent.NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .withMatchLabels(Incumbent.LABELS)
                .endSelector()
                .withTemplate(new PodTemplateSpecBuilder(template)
                        .withSpec(DeploymentLayer.careful(template.getSpec()))
                        .editSpec()
                        .withNodeSelector(Map.of(LABEL, "true"))
                        .endSpec()
                        .build())
                .endSpec()
                .build();
    }

    @Override
    public List<String> nodes() {
        return names(lab.client().nodes().withLabel(LABEL).list().getItems().stream());
    }

    /** Labels more nodes, or takes the label off the last ones. */
    @Override
    public void scale(int nodes) {
        List<String> labelled = nodes();
        labelled.stream().skip(nodes).forEach(n -> lab.kubectl("label", "node", n, LABEL + "-"));
        names(lab.client().nodes().withoutLabel(LABEL).list().getItems().stream()).stream()
                .limit(Math.max(0, nodes - labelled.size()))
                .forEach(n -> lab.kubectl("label", "node", n, LABEL + "=true"));
    }

    @Override
    public void image(String image) {
        lab.kubectl(
                "--namespace=" + Incumbent.NAMESPACE,
                "set",
                "image",
                "daemonset/" + Incumbent.NAME,
                Incumbent.NAME + "=" + image);
    }

    @Override
    public boolean settled() {
        DaemonSet live = workload().require();
        var status = live.getStatus();
        return Objects.equals(live.getMetadata().getGeneration(), status.getObservedGeneration())
                && Objects.equals(status.getDesiredNumberScheduled(), status.getUpdatedNumberScheduled())
                && Objects.equals(status.getDesiredNumberScheduled(), status.getNumberReady());
    }

    @Override
    public String toString() {
        return "a plain DaemonSet";
    }

    @Override
    public void close() {}

    private Resource<DaemonSet> workload() {
        return lab.client().apps().daemonSets().inNamespace(Incumbent.NAMESPACE).withName(Incumbent.NAME);
    }

    private static List<String> names(Stream<Node> nodes) {
        return nodes.map(n -> n.getMetadata().getName()).sorted().toList();
    }
}
