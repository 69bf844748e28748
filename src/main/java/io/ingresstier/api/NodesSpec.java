package io.ingresstier.api;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes are members of a tier, and how long the operator waits before it replaces one.
 *
 * @param replicas number of members
 * @param selector eligible nodes; absent: the workers
 * @param topologyKey node label whose values members are balanced over
 * @param minAvailable members that serve through anything the operator does; absent: replicas − 1, at least 1
 * @param isolation whether members run anything else
 * @param replaceAfterSeconds a member NotReady for so long is replaced
 * @param cordonGraceSeconds a member cordoned for so long is replaced
 * @param drainGuard whether a drain waits until the member has left the balancer
 * @param probing whether the operator asks the members' health ports itself
 * @param label ties nodes, pods and balancer together
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.replicas >= 1",
        message = "replicas must be at least 1: pause with mode: Paused or delete the tier instead")
@ValidationRule(
        value = "!has(self.minAvailable) || self.minAvailable >= 1",
        message = "minAvailable must be at least 1: leave it out for replicas - 1")
@ValidationRule(
        value = "self.topologyKey.matches('" + Names.QUALIFIED_NAME + "') && self.topologyKey" + Names.SHORT_PREFIX,
        message = "topologyKey must be a label key such as topology.kubernetes.io/zone")
@ValidationRule(
        value = "self.label == oldSelf.label",
        message = "label is immutable: delete this tier and create one with the other label instead")
public record NodesSpec(
        @Default("2")
        @Max(NodesSpec.MAX_NODES)
        @SpecReplicas
        @JsonPropertyDescription(
                "Number of members: nodes that serve. kubectl scale sets it, as does whatever writes the scale subresource"
                        + " of a cluster-scoped object; a HorizontalPodAutoscaler cannot.")
        Integer replicas,

        @ValidationRule(
                value = "!has(self.matchLabels) || self.matchLabels.all(key, key.size() <= " + Names.MAX_QUALIFIED_NAME
                        + ")",
                message = "matchLabels must have label keys, of at most " + Names.MAX_QUALIFIED_NAME + " characters")
        @JsonPropertyDescription(
                "Nodes that may become members. Left out: the workers. Control-plane nodes are eligible"
                        + " only where it names their role label.")
        @Nullable
        LabelSelector selector,

        @Default(NodesSpec.ZONE)
        @Size(min = 1, max = Names.MAX_QUALIFIED_NAME)
        @JsonPropertyDescription("Node label over whose values members are balanced. Nodes without it form one zone.")
        String topologyKey,

        @Max(NodesSpec.MAX_NODES)
        @JsonPropertyDescription(
                "Members that must serve through anything the operator does. Left out: replicas - 1, at"
                        + " least 1. More than replicas counts as replicas.")
        @Nullable
        Integer minAvailable,

        @Default("Shared")
        @JsonPropertyDescription(
                "Shared: other pods may run on members; the ingress pods must request resources."
                        + " Exclusive: members get the taint <label key>=<label value>:NoSchedule once their ingress pod is Ready.")
        Isolation isolation,

        @Default("90")
        @Min(1)
        @Max(Seconds.DAY)
        @JsonPropertyDescription(
                "A member that is NotReady for so many seconds is replaced: another node is claimed, and"
                        + " the lost one is released when the new one serves.")
        Integer replaceAfterSeconds,

        @Default("900")
        @Min(0)
        @Max(Seconds.WEEK)
        @JsonPropertyDescription(
                "A member that is cordoned for so many seconds is replaced. Uncordoned earlier, it comes" + " back.")
        Integer cordonGraceSeconds,

        @Default("Enabled")
        @JsonPropertyDescription("Enabled: kubectl drain, autoscalers and node-pool upgrades wait until the member has"
                + " left the balancer.")
        DrainGuard drainGuard,

        @Default("Enabled")
        @JsonPropertyDescription(
                "Enabled: the operator asks each member's health port, the one of its readiness probe, and"
                        + " takes a member that falls silent out of the balancers within 2 s while others answer. Disabled: only what"
                        + " Kubernetes says of pods and nodes counts.")
        Probing probing,

        @Default("{}") @JsonPropertyDescription("Node label that ties nodes, pods and balancer together. Immutable.")
        NodeLabel label) {

    /** Nodes of the largest cluster that Kubernetes supports. */
    private static final int MAX_NODES = 5000;

    private static final String ZONE = "topology.kubernetes.io/zone";

    /** Fills in what is absent. */
    public NodesSpec {
        replicas = requireNonNullElse(replicas, 2);
        topologyKey = requireNonNullElse(topologyKey, ZONE);
        isolation = requireNonNullElse(isolation, Isolation.Shared);
        replaceAfterSeconds = requireNonNullElse(replaceAfterSeconds, 90);
        cordonGraceSeconds = requireNonNullElse(cordonGraceSeconds, 900);
        drainGuard = requireNonNullElse(drainGuard, DrainGuard.Enabled);
        probing = requireNonNullElse(probing, Probing.Enabled);
        label = requireNonNullElseGet(label, NodeLabel::defaults);
    }

    /** {@return {@code minAvailable} as it counts: replicas − 1 by default, at least 1, at most replicas} */
    public int floor() {
        return Math.min(requireNonNullElse(minAvailable, Math.max(1, replicas - 1)), replicas);
    }

    /** {@return what an empty {@code nodes} means} */
    @SuppressWarnings("NullAway") // the constructor fills in what is absent
    public static NodesSpec defaults() {
        return new NodesSpec(null, null, null, null, null, null, null, null, null, null);
    }

    /** {@return these nodes with so many members} */
    public NodesSpec withReplicas(Integer replicas) {
        return new NodesSpec(
                replicas,
                selector,
                topologyKey,
                minAvailable,
                isolation,
                replaceAfterSeconds,
                cordonGraceSeconds,
                drainGuard,
                probing,
                label);
    }

    /** {@return these nodes with other eligible nodes} */
    public NodesSpec withSelector(@Nullable LabelSelector selector) {
        return new NodesSpec(
                replicas,
                selector,
                topologyKey,
                minAvailable,
                isolation,
                replaceAfterSeconds,
                cordonGraceSeconds,
                drainGuard,
                probing,
                label);
    }

    /** {@return these nodes with another floor} */
    public NodesSpec withMinAvailable(@Nullable Integer minAvailable) {
        return new NodesSpec(
                replicas,
                selector,
                topologyKey,
                minAvailable,
                isolation,
                replaceAfterSeconds,
                cordonGraceSeconds,
                drainGuard,
                probing,
                label);
    }

    /** {@return these nodes with another isolation} */
    public NodesSpec withIsolation(Isolation isolation) {
        return new NodesSpec(
                replicas,
                selector,
                topologyKey,
                minAvailable,
                isolation,
                replaceAfterSeconds,
                cordonGraceSeconds,
                drainGuard,
                probing,
                label);
    }

    /** {@return these nodes with the guard on or off} */
    public NodesSpec withDrainGuard(DrainGuard drainGuard) {
        return new NodesSpec(
                replicas,
                selector,
                topologyKey,
                minAvailable,
                isolation,
                replaceAfterSeconds,
                cordonGraceSeconds,
                drainGuard,
                probing,
                label);
    }

    /** {@return these nodes with the probing on or off} */
    public NodesSpec withProbing(Probing probing) {
        return new NodesSpec(
                replicas,
                selector,
                topologyKey,
                minAvailable,
                isolation,
                replaceAfterSeconds,
                cordonGraceSeconds,
                drainGuard,
                probing,
                label);
    }

    /** {@return these nodes with another label} */
    public NodesSpec withLabel(NodeLabel label) {
        return new NodesSpec(
                replicas,
                selector,
                topologyKey,
                minAvailable,
                isolation,
                replaceAfterSeconds,
                cordonGraceSeconds,
                drainGuard,
                probing,
                label);
    }
}
