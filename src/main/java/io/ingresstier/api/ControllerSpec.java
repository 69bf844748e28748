package io.ingresstier.api;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ingress controller that runs on members. There is no free pod template: it would let anybody who edits a tier run
 * anything as the controller's service account.
 *
 * @param namespace namespace of the DaemonSet
 * @param name name of the DaemonSet
 * @param incumbentRef the Deployment that is replaced; absent: the one of the same name
 * @param retire how the incumbent is retired
 * @param profile kind of controller
 * @param image absent: inherited
 * @param serviceAccountName absent: inherited
 * @param resources absent: inherited
 * @param extraArgs added to the inherited arguments
 * @param tolerations added to the inherited tolerations
 * @param priorityClassName absent: inherited
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
// namespace is a reserved word in CEL, hence the underscores.
@ValidationRule(
        value = "self.__namespace__.matches('" + Names.DNS_LABEL + "')",
        message = "namespace must be the name of a namespace such as kube-system: lower-case letters, digits and '-'")
@ValidationRule(
        value = "self.name.matches('" + Names.DNS_LABEL + "')",
        message = "name must be a DNS label such as nginx-ingress-controller: lower-case letters, digits and '-'")
@ValidationRule(
        value = "!has(self.serviceAccountName) || self.serviceAccountName.matches('" + Names.DNS_SUBDOMAIN + "')",
        message = "serviceAccountName must be the name of a ServiceAccount such as ingress-nginx: lower-case letters,"
                + " digits, '-' and '.'")
@ValidationRule(
        value = "self.__namespace__ == oldSelf.__namespace__ && self.name == oldSelf.name",
        message = "namespace and name are immutable: delete this tier and create one with the other names instead")
public record ControllerSpec(
        @Default(ControllerSpec.NAMESPACE)
        @Size(min = 1, max = Names.MAX_LABEL)
        @JsonPropertyDescription("Namespace of the DaemonSet, and of the Deployment that it replaces. Immutable.")
        String namespace,

        @Default(ControllerSpec.NAME)
        @Size(min = 1, max = Names.MAX_LABEL)
        @JsonPropertyDescription("Name of the DaemonSet. Immutable.")
        String name,

        @JsonPropertyDescription("The Deployment that is replaced; it may be absent. Left out: the one that is named as"
                + " the DaemonSet.")
        @Nullable
        IncumbentRef incumbentRef,

        @Default("ScaleToZero")
        @JsonPropertyDescription("How the incumbent is retired. ScaleToZero: it stays the place where its owner updates"
                + " image and arguments. Delete: it is kept in the recorded originals only.")
        Retire retire,

        @Default("IngressNginx")
        @JsonPropertyDescription(
                "Kind of controller: what is known about drain, ports, probes and status publishing, and"
                        + " what is rendered where there is no incumbent.")
        Profile profile,

        @Size(min = 1, max = 1024)
        @ValidationRule(
                value = "self.matches('^[!-~]+$')",
                message = "must be the reference of an image, such as registry.example/nginx:1.15.1, without spaces")
        @JsonPropertyDescription(
                "Image of the controller. Left out: inherited from the incumbent; needed where there is none.")
        @Nullable
        String image,

        @Size(min = 1, max = Names.MAX_SUBDOMAIN)
        @JsonPropertyDescription(
                "ServiceAccount of the pods, in the DaemonSet's namespace. It must exist, with the rights that the"
                        + " controller needs: the operator creates neither. Left out: inherited from the incumbent; needed where there is"
                        + " none.")
        @Nullable
        String serviceAccountName,

        @ValidationRule(
                value = "!has(self.requests) || self.requests.all(name, " + ControllerSpec.AMOUNT_OF
                        + "self.requests[name]" + ControllerSpec.AMOUNT + ")",
                message = ControllerSpec.AMOUNT_MESSAGE)
        @ValidationRule(
                value = "!has(self.limits) || self.limits.all(name, " + ControllerSpec.AMOUNT_OF + "self.limits[name]"
                        + ControllerSpec.AMOUNT + ")",
                message = ControllerSpec.AMOUNT_MESSAGE)
        @JsonPropertyDescription("Resources of the controller's container. Left out: inherited from the incumbent.")
        @Nullable
        ResourceRequirements resources,

        @Size(max = 64)
        @JsonPropertyDescription("Arguments added to the inherited ones; one with the same flag takes its place.")
        List<String> extraArgs,

        @Size(max = 32) @JsonPropertyDescription("Tolerations added to the inherited ones.")
        List<Toleration> tolerations,

        @Size(min = 1, max = Names.MAX_SUBDOMAIN)
        @JsonPropertyDescription("Priority class of the pods. Left out: inherited from the incumbent.")
        @Nullable
        String priorityClassName) {

    private static final String AMOUNT_OF = "name.size() <= " + Names.MAX_QUALIFIED_NAME + " && string(";
    private static final String AMOUNT = ").matches('" + Names.QUANTITY + "')";
    private static final String AMOUNT_MESSAGE =
            "must be amounts by resource name, such as cpu: 500m and memory: 1Gi: not negative, without spaces";

    private static final String NAMESPACE = "kube-system";
    private static final String NAME = "nginx-ingress-controller";

    /** Fills in what is absent. */
    public ControllerSpec {
        namespace = requireNonNullElse(namespace, NAMESPACE);
        name = requireNonNullElse(name, NAME);
        retire = requireNonNullElse(retire, Retire.ScaleToZero);
        profile = requireNonNullElse(profile, Profile.IngressNginx);
        extraArgs = List.copyOf(requireNonNullElse(extraArgs, List.of()));
        tolerations = List.copyOf(requireNonNullElse(tolerations, List.of()));
    }

    /** {@return what an empty {@code controller} means} */
    @SuppressWarnings("NullAway") // the constructor fills in what is absent
    public static ControllerSpec defaults() {
        return new ControllerSpec(null, null, null, null, null, null, null, null, null, null, null);
    }
}
