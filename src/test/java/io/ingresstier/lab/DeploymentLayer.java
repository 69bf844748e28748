package io.ingresstier.lab;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What careful people have without a tier: an ordinary Deployment whose pods keep apart and go on serving for a while
 * after they were deleted, behind a Service that takes every node.
 */
record DeploymentLayer(Lab lab, Incumbent incumbent) implements IngressLayer {

    private static final int STOPPING_SECONDS = 15;
    private static final long GRACE_SECONDS = 45;

    /** Creates it and waits until it serves. */
    static DeploymentLayer create(Lab lab, Cloud cloud, Incumbent incumbent) {
        Deployment deployment = incumbent.deployment();
        lab.client()
                .resource(new DeploymentBuilder(deployment)
                        .editSpec()
                        .editTemplate()
                        .withSpec(careful(deployment.getSpec().getTemplate().getSpec()))
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
        incumbent.createService().awaitReady();
        await("the balancer to serve").atMost(Duration.ofMinutes(2)).until(cloud::serving);
        return new DeploymentLayer(lab, incumbent);
    }

    /** The pods take 15 s to stop: the balancer's checks need 3, and downloads 8. */
    static PodSpec careful(PodSpec spec) {
        return new PodSpecBuilder(spec)
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .editFirstContainer()
                .withNewLifecycle()
                .withNewPreStop()
                .withNewSleep((long) STOPPING_SECONDS)
                .endPreStop()
                .endLifecycle()
                .endContainer()
                .withNewAffinity()
                .withNewPodAntiAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withTopologyKey("kubernetes.io/hostname")
                .withNewLabelSelector()
                .withMatchLabels(Incumbent.LABELS)
                .endLabelSelector()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .endAffinity()
                .build();
    }

    @Override
    public List<String> nodes() {
        return incumbent.pods().stream().map(p -> p.getSpec().getNodeName()).toList();
    }

    @Override
    public void scale(int nodes) {
        incumbent.workload().scale(nodes);
    }

    @Override
    public void image(String image) {
        incumbent.workload().updateImage(image);
    }

    @Override
    public boolean settled() {
        Deployment live = incumbent.workload().require();
        var status = live.getStatus();
        return Objects.equals(live.getMetadata().getGeneration(), status.getObservedGeneration())
                && Objects.equals(live.getSpec().getReplicas(), status.getUpdatedReplicas())
                && Objects.equals(live.getSpec().getReplicas(), status.getReadyReplicas());
    }

    @Override
    public String toString() {
        return "an ordinary Deployment";
    }

    @Override
    public void close() {}
}
