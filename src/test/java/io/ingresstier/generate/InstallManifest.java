package io.ingresstier.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.util.List;
import java.util.Map;

/** Everything that {@code kubectl apply} needs to install the operator. */
final class InstallManifest {
    private static final String NAMESPACE = "ingresstier-system";
    private static final String NAME = "ingresstier-operator";
    private static final String IMAGE = "ingresstier/operator:0.1.0";
    private static final int PROBE_PORT = 8080;
    private static final Map<String, String> LABELS = Map.of("app.kubernetes.io/name", NAME);
    private static final String ROLE = "node-role.kubernetes.io/ingress";
    private static final String RBAC = "rbac.authorization.k8s.io";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES, YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER, YAMLGenerator.Feature.SPLIT_LINES)
            .build();

    private InstallManifest() {}

    /** {@return the documents, in the order in which they can be applied} */
    static String yaml() {
        var text = new StringBuilder(document(namespace()));
        text.append("---\n").append(Definition.yaml());
        for (var object : List.of(
                serviceAccount(),
                clusterRole(),
                clusterRoleBinding(),
                leaseRole(),
                leaseRoleBinding(),
                deployment(),
                budget())) {
            text.append("---\n").append(document(object));
        }
        return text.toString();
    }

    private static String document(HasMetadata object) {
        try {
            return YAML.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HasMetadata namespace() {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(NAMESPACE)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build();
    }

    private static HasMetadata serviceAccount() {
        return new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(NAME)
                .endMetadata()
                .build();
    }

    private static HasMetadata clusterRole() {
        return new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(NAME)
                .endMetadata()
                .withRules(OperatorRole.everywhere())
                .build();
    }

    private static HasMetadata clusterRoleBinding() {
        return new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(NAME)
                .endMetadata()
                .withNewRoleRef(RBAC, "ClusterRole", NAME)
                .addNewSubject("", "ServiceAccount", NAME, NAMESPACE)
                .build();
    }

    private static HasMetadata leaseRole() {
        return new RoleBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(NAME)
                .endMetadata()
                .withRules(OperatorRole.atHome())
                .build();
    }

    private static HasMetadata leaseRoleBinding() {
        return new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(NAME)
                .endMetadata()
                .withNewRoleRef(RBAC, "Role", NAME)
                .addNewSubject("", "ServiceAccount", NAME, NAMESPACE)
                .build();
    }

    private static Deployment deployment() {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(NAME)
                .withLabels(LABELS)
                .endMetadata()
                .withNewSpec()
                // One leads, the other is warm.
                .withReplicas(2)
                .withNewSelector()
                .withMatchLabels(LABELS)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(LABELS)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(NAME)
                // Long enough for a running reconcile to end and the lease to be released.
                .withTerminationGracePeriodSeconds(60L)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(65532L)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addNewTopologySpreadConstraint()
                .withMaxSkew(1)
                .withTopologyKey("kubernetes.io/hostname")
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(LABELS)
                .endLabelSelector()
                .endTopologySpreadConstraint()
                // Who leads on the node that dies cannot take it out; then the standby must first become leader.
                .withNewAffinity()
                .withNewNodeAffinity()
                .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                .withWeight(100)
                .withNewPreference()
                .addNewMatchExpression()
                .withKey(ROLE)
                .withOperator("DoesNotExist")
                .endMatchExpression()
                .endPreference()
                .endPreferredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .withPriorityClassName("system-cluster-critical")
                .withContainers(container())
                .addNewVolume()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    /** Drains of members wait for the operator, so that it must not be drained away as a whole itself. */
    private static HasMetadata budget() {
        return new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(NAME)
                .endMetadata()
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withNewSelector()
                .withMatchLabels(LABELS)
                .endSelector()
                .endSpec()
                .build();
    }

    private static Container container() {
        return new ContainerBuilder()
                .withName("operator")
                .withImage(IMAGE)
                .withEnv(
                        downward("POD_NAME", "metadata.name"),
                        downward("POD_UID", "metadata.uid"),
                        downward("POD_NAMESPACE", "metadata.namespace"))
                .addNewPort()
                .withName("http")
                .withContainerPort(PROBE_PORT)
                .endPort()
                .withLivenessProbe(probe("/healthz", 10))
                .withReadinessProbe(probe("/readyz", 5))
                .withNewResources()
                .withRequests(Map.of("cpu", new Quantity("100m")))
                .addToRequests("memory", new Quantity("256Mi"))
                .withLimits(Map.of("cpu", new Quantity("1")))
                .addToLimits("memory", new Quantity("512Mi"))
                .endResources()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .addNewVolumeMount()
                .withName("tmp")
                .withMountPath("/tmp")
                .endVolumeMount()
                .build();
    }

    private static EnvVar downward(String name, String fieldPath) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath(fieldPath)
                .endFieldRef()
                .endValueFrom()
                .build();
    }

    private static Probe probe(String path, int periodSeconds) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withPort(new IntOrString(PROBE_PORT))
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(3)
                .build();
    }
}
