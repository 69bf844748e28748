package io.ingresstier.api;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * How carefully traffic is moved.
 *
 * @param soakSeconds tier and incumbent serve side by side for so long; skipped where nothing served before
 * @param drainSeconds a leaving backend may finish its connections for so long
 * @param progressDeadlineSeconds a step without progress for so long is stalled
 * @param minReadySeconds a pod counts as ready after so long
 * @param approval where the rollout stops until somebody approves
 * @param fewerReplicas whether the tier may have fewer pods than the incumbent
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.soakSeconds >= 0",
        message = "soakSeconds must not be negative: write 0 to retire the incumbent without a soak")
@ValidationRule(
        value = "self.progressDeadlineSeconds > self.minReadySeconds",
        message = "progressDeadlineSeconds must be greater than minReadySeconds: no pod could be ready in time")
public record RolloutSpec(
        @Default("300")
        @Max(Seconds.WEEK)
        @JsonPropertyDescription("Seconds that tier and incumbent serve side by side before the incumbent is retired."
                + " Skipped where nothing served before.")
        Integer soakSeconds,

        @Default("300")
        @Min(0)
        @Max(Seconds.HOUR)
        @JsonPropertyDescription("Seconds that a leaving backend gets to finish its connections, and the timeout of the"
                + " balancer's connection draining.")
        Integer drainSeconds,

        @Default("600")
        @Min(1)
        @Max(Seconds.DAY)
        @JsonPropertyDescription("Seconds after which a step that makes no progress is reported as Stalled.")
        Integer progressDeadlineSeconds,

        @Default("10")
        @Min(0)
        @Max(Seconds.HOUR)
        @JsonPropertyDescription("Seconds that a pod must have been Ready before it counts as ready.")
        Integer minReadySeconds,

        @Default("None")
        @JsonPropertyDescription("BeforeAttach: stops before the first Service is attached, until the tier is annotated"
                + " with ingresstier.io/approve: <generation>.")
        Approval approval,

        @Default("Refuse") @JsonPropertyDescription("Allow: the tier may have fewer pods than the incumbent.")
        FewerReplicas fewerReplicas) {

    /** Fills in what is absent. */
    public RolloutSpec {
        soakSeconds = requireNonNullElse(soakSeconds, 300);
        drainSeconds = requireNonNullElse(drainSeconds, 300);
        progressDeadlineSeconds = requireNonNullElse(progressDeadlineSeconds, 600);
        minReadySeconds = requireNonNullElse(minReadySeconds, 10);
        approval = requireNonNullElse(approval, Approval.None);
        fewerReplicas = requireNonNullElse(fewerReplicas, FewerReplicas.Refuse);
    }

    /** {@return what an empty {@code rollout} means} */
    @SuppressWarnings("NullAway") // the constructor fills in what is absent
    public static RolloutSpec defaults() {
        return new RolloutSpec(null, null, null, null, null, null);
    }

    /** {@return this rollout with another soak, in seconds} */
    public RolloutSpec withSoakSeconds(Integer soakSeconds) {
        return new RolloutSpec(
                soakSeconds, drainSeconds, progressDeadlineSeconds, minReadySeconds, approval, fewerReplicas);
    }

    /** {@return this rollout with another drain window, in seconds} */
    public RolloutSpec withDrainSeconds(Integer drainSeconds) {
        return new RolloutSpec(
                soakSeconds, drainSeconds, progressDeadlineSeconds, minReadySeconds, approval, fewerReplicas);
    }

    /** {@return this rollout with another deadline, in seconds} */
    public RolloutSpec withProgressDeadlineSeconds(Integer progressDeadlineSeconds) {
        return new RolloutSpec(
                soakSeconds, drainSeconds, progressDeadlineSeconds, minReadySeconds, approval, fewerReplicas);
    }

    /** {@return this rollout with another time to count as ready, in seconds} */
    public RolloutSpec withMinReadySeconds(Integer minReadySeconds) {
        return new RolloutSpec(
                soakSeconds, drainSeconds, progressDeadlineSeconds, minReadySeconds, approval, fewerReplicas);
    }

    /** {@return this rollout with a stop for approval or none} */
    public RolloutSpec withApproval(Approval approval) {
        return new RolloutSpec(
                soakSeconds, drainSeconds, progressDeadlineSeconds, minReadySeconds, approval, fewerReplicas);
    }

    /** {@return this rollout with fewer replicas refused or allowed} */
    public RolloutSpec withFewerReplicas(FewerReplicas fewerReplicas) {
        return new RolloutSpec(
                soakSeconds, drainSeconds, progressDeadlineSeconds, minReadySeconds, approval, fewerReplicas);
    }
}
