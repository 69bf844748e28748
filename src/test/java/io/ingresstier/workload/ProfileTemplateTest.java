package io.ingresstier.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.world.Marks;
import io.ingresstier.world.ObjectKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What runs where there is no Deployment to inherit from. */
class ProfileTemplateTest {

    private static final ObjectKey SERVICE = new ObjectKey("ingress", "lb");
    private static final Map<String, String> LABELS = Map.of("app", "ingress-nginx");

    @Test
    void withoutAnImageOrAnAccountThereIsNone() {
        assertThat(ProfileTemplate.of(controller(null, "nginx"), SERVICE, LABELS))
                .isEmpty();
        assertThat(ProfileTemplate.of(controller("nginx:1", null), SERVICE, LABELS))
                .isEmpty();
    }

    @Test
    void theControllerIsStartedThroughTheImagesEntrypointForTheServicesTraffic() {
        Container container = Templates.controller(rendered());
        assertThat(container.getImage()).isEqualTo("nginx:1");
        assertThat(container.getCommand()).isEmpty();
        assertThat(container.getArgs())
                .containsExactly(
                        "/nginx-ingress-controller",
                        "--publish-service=ingress/lb",
                        "--election-id=ingress-nginx-leader",
                        "--controller-class=k8s.io/ingress-nginx",
                        "--ingress-class=nginx",
                        "--update-status-on-shutdown=false");
        assertThat(container.getEnv())
                .extracting(
                        e -> e.getName() + "=" + e.getValueFrom().getFieldRef().getFieldPath())
                .containsExactly("POD_NAME=metadata.name", "POD_NAMESPACE=metadata.namespace");
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/healthz");
        assertThat(container.getReadinessProbe().getHttpGet().getPort().getIntVal())
                .isEqualTo(10254);
        assertThat(container.getLivenessProbe().getHttpGet().getPort().getIntVal())
                .isEqualTo(10254);
    }

    @Test
    void thePodsRunAsTheAccountAndAsNobodySpecialWithRequests() {
        PodSpec spec = rendered().getSpec().getTemplate().getSpec();
        assertThat(spec.getServiceAccountName()).isEqualTo("nginx");
        var container = spec.getContainers().getFirst();
        assertThat(container.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(container.getSecurityContext().getRunAsUser()).isEqualTo(101);
        assertThat(container.getSecurityContext().getCapabilities().getAdd()).containsExactly("NET_BIND_SERVICE");
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
        assertThat(spec.getNodeSelector()).containsEntry("kubernetes.io/os", "linux");
    }

    @Test
    void aPodSleepsBeforeItStopsAndThenHasTimeToDrain() {
        var daemonSet = rendered();
        assertThat(Templates.preStop(daemonSet).getSleep().getSeconds()).isEqualTo(15);
        assertThat(daemonSet.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds())
                .isEqualTo(315);
    }

    @Test
    void thePodsCarryWhatTheServicesSelectAndTheTiersOwnKey() {
        var daemonSet = rendered();
        assertThat(daemonSet.getSpec().getTemplate().getMetadata().getLabels())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "app",
                        "ingress-nginx",
                        Marks.TIER,
                        "default",
                        Marks.TEMPLATE,
                        daemonSet.getMetadata().getAnnotations().get(Marks.TEMPLATE)));
    }

    @Test
    void namedPortsFollowTheArgumentsThatMoveThem() {
        assertThat(ports(controller("nginx:1", "nginx"))).containsExactly("http=80", "https=443");
        var moved = controller("nginx:1", "nginx", "--http-port=8080", "--https-port", "8443", "--healthz-port=9000");
        assertThat(ports(moved)).containsExactly("http=8080", "https=8443");
        var probed = Templates.controller(template(moved)).getReadinessProbe().getHttpGet();
        assertThat(probed.getPort().getIntVal()).isEqualTo(9000);
    }

    @Test
    void anAccountGivenTakesTheInheritedOnesPlace() {
        var spec = Templates.rendered(Templates.ack(), controller(null, "edge"))
                .getSpec()
                .getTemplate()
                .getSpec();
        assertThat(spec.getServiceAccountName()).isEqualTo("edge");
        assertThat(spec.getServiceAccount()).isNull();
    }

    private static List<String> ports(ControllerSpec controller) {
        return Templates.controller(template(controller)).getPorts().stream()
                .map(p -> p.getName() + "=" + p.getContainerPort())
                .toList();
    }

    private static DaemonSet rendered() {
        return Templates.rendered(template(controller("nginx:1", "nginx")), controller("nginx:1", "nginx"));
    }

    private static PodTemplateSpec template(ControllerSpec controller) {
        return ProfileTemplate.of(controller, SERVICE, LABELS).orElseThrow();
    }

    private static ControllerSpec controller(@Nullable String image, @Nullable String account, String... extraArgs) {
        var defaults = ControllerSpec.defaults();
        return new ControllerSpec(
                defaults.namespace(),
                defaults.name(),
                null,
                defaults.retire(),
                defaults.profile(),
                image,
                account,
                null,
                List.of(extraArgs),
                List.of(),
                null);
    }
}
