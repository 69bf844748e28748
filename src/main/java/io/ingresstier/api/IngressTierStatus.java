package io.ingresstier.api;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a tier is. It holds no clock other than times of transitions: an unchanged cluster writes nothing.
 *
 * @param observedGeneration generation that was looked at last
 * @param replicas members
 * @param readyReplicas members that serve
 * @param zones zones that members serve in
 * @param backends expected backends of the Service with the fewest
 * @param selector selector of the pods, for the scale subresource
 * @param effective computed defaults
 * @param nodes the members
 * @param loadBalancers the Services
 * @param takeover how far the takeover has come
 * @param plan what would be written, in order
 * @param recentWrites writes that others may undo, and when they were made lately
 * @param conditions the conditions, by type
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record IngressTierStatus(
        @JsonPropertyDescription("Generation of the specification that was looked at last.") @Nullable
        Long observedGeneration,

        @StatusReplicas @JsonPropertyDescription("Members: nodes that carry the label or our record.") @Nullable
        Integer replicas,

        @JsonPropertyDescription("Members that serve.") @Nullable
        Integer readyReplicas,

        @JsonPropertyDescription("Zones in which members serve.") @Nullable
        Integer zones,

        @JsonPropertyDescription("Backends that the balancers are expected to have, of the Service with the fewest.")
        @Nullable
        Integer backends,

        @LabelSelector
        @JsonPropertyDescription("Label selector of the tier's pods, for the scale subresource.")
        @Nullable
        String selector,

        @JsonPropertyDescription("What the fields that depend on something else amount to.") @Nullable
        EffectiveValues effective,

        @JsonPropertyDescription("The members.") List<NodeStatus> nodes,

        @JsonPropertyDescription(
                "The Services that send to the pods: those that are attached, and others that are guarded.")
        List<LoadBalancerStatus> loadBalancers,

        @JsonPropertyDescription("How far the takeover has come.") @Nullable
        TakeoverStatus takeover,

        @JsonPropertyDescription("What would be written next, in order.")
        List<PlannedAction> plan,

        @JsonPropertyDescription(
                "Writes of the operator that others may undo, and when they were made lately. What is undone again"
                        + " and again is written at most six times in ten minutes.")
        List<RecentWrite> recentWrites,

        @JsonPropertyDescription(
                "Conditions: Ready, Reconciling, Stalled, Accepted, NodesReady, WorkloadAvailable, BackendsSettled, Soaked, TakenOver, Contested.")
        List<Condition> conditions) {

    /** Fills in what is absent. */
    public IngressTierStatus {
        nodes = List.copyOf(requireNonNullElse(nodes, List.of()));
        loadBalancers = List.copyOf(requireNonNullElse(loadBalancers, List.of()));
        plan = List.copyOf(requireNonNullElse(plan, List.of()));
        recentWrites = List.copyOf(requireNonNullElse(recentWrites, List.of()));
        conditions = List.copyOf(requireNonNullElse(conditions, List.of()));
    }

    /** {@return the status of a tier that nobody has looked at} */
    public static IngressTierStatus unknown() {
        return new IngressTierStatus(
                null, null, null, null, null, null, null, List.of(), List.of(), null, List.of(), List.of(), List.of());
    }

    /** {@return this status with another takeover and other conditions} */
    public IngressTierStatus with(@Nullable TakeoverStatus newTakeover, List<Condition> newConditions) {
        return new IngressTierStatus(
                observedGeneration,
                replicas,
                readyReplicas,
                zones,
                backends,
                selector,
                effective,
                nodes,
                loadBalancers,
                newTakeover,
                plan,
                recentWrites,
                newConditions);
    }

    /** {@return this status with other recent writes} */
    public IngressTierStatus withRecentWrites(List<RecentWrite> writes) {
        return new IngressTierStatus(
                observedGeneration,
                replicas,
                readyReplicas,
                zones,
                backends,
                selector,
                effective,
                nodes,
                loadBalancers,
                takeover,
                plan,
                writes,
                conditions);
    }

    /** {@return the condition of that type, if it was reported} */
    public Optional<Condition> condition(ConditionType type) {
        return conditions.stream()
                .filter(condition -> type.name().equals(condition.getType()))
                .findFirst();
    }
}
