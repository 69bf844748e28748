package io.ingresstier.api;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.function.UnaryOperator;

/**
 * What a tier shall be. The defaults are those of the custom resource definition, so a specification that has not been
 * through an API server means the same.
 *
 * @param nodes which nodes are members
 * @param controller what runs on them
 * @param loadBalancer what sends to them
 * @param rollout how carefully traffic is moved
 * @param mode what the operator may write
 * @param deletionPolicy what becomes of the cluster when the tier is deleted
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.loadBalancer.connectionDraining != 'Enabled'"
                + " || (self.rollout.drainSeconds >= 10 && self.rollout.drainSeconds <= 900)",
        message = "rollout.drainSeconds must be 10 to 900, the timeouts that balancers accept for connection draining:"
                + " write such a value or loadBalancer.connectionDraining: Disabled")
public record IngressTierSpec(
        @Default("{}") @JsonPropertyDescription("Which nodes are members of the tier.")
        NodesSpec nodes,

        @Default("{}") @JsonPropertyDescription("The ingress controller that runs on members.")
        ControllerSpec controller,

        @Default("{}") @JsonPropertyDescription("The load balancers that send to members.")
        LoadBalancerSpec loadBalancer,

        @Default("{}") @JsonPropertyDescription("How carefully traffic is moved.")
        RolloutSpec rollout,

        @Default("Apply")
        @JsonPropertyDescription(
                "Apply: the plan is carried out. Plan: nothing is written but the status, which shows the"
                        + " plan. Paused: nothing is written; everything is still reported.")
        Mode mode,

        @Default("Restore")
        @JsonPropertyDescription(
                "What becomes of the cluster when the tier is deleted. Restore: everything is put back as"
                        + " it was found. Retain: everything is left running as it is.")
        DeletionPolicy deletionPolicy) {

    /** Fills in what is absent. */
    public IngressTierSpec {
        nodes = requireNonNullElseGet(nodes, NodesSpec::defaults);
        controller = requireNonNullElseGet(controller, ControllerSpec::defaults);
        loadBalancer = requireNonNullElseGet(loadBalancer, LoadBalancerSpec::defaults);
        rollout = requireNonNullElseGet(rollout, RolloutSpec::defaults);
        mode = requireNonNullElse(mode, Mode.Apply);
        deletionPolicy = requireNonNullElse(deletionPolicy, DeletionPolicy.Restore);
    }

    /** {@return what an empty {@code spec} means} */
    @SuppressWarnings("NullAway") // the constructor fills in what is absent
    public static IngressTierSpec defaults() {
        return new IngressTierSpec(null, null, null, null, null, null);
    }

    /** {@return this specification with its nodes changed} */
    public IngressTierSpec withNodes(UnaryOperator<NodesSpec> change) {
        return new IngressTierSpec(change.apply(nodes), controller, loadBalancer, rollout, mode, deletionPolicy);
    }

    /** {@return this specification with its controller changed} */
    public IngressTierSpec withController(UnaryOperator<ControllerSpec> change) {
        return new IngressTierSpec(nodes, change.apply(controller), loadBalancer, rollout, mode, deletionPolicy);
    }

    /** {@return this specification with its load balancer changed} */
    public IngressTierSpec withLoadBalancer(UnaryOperator<LoadBalancerSpec> change) {
        return new IngressTierSpec(nodes, controller, change.apply(loadBalancer), rollout, mode, deletionPolicy);
    }

    /** {@return this specification with its rollout changed} */
    public IngressTierSpec withRollout(UnaryOperator<RolloutSpec> change) {
        return new IngressTierSpec(nodes, controller, loadBalancer, change.apply(rollout), mode, deletionPolicy);
    }

    /** {@return this specification with another mode} */
    public IngressTierSpec withMode(Mode mode) {
        return new IngressTierSpec(nodes, controller, loadBalancer, rollout, mode, deletionPolicy);
    }

    /** {@return this specification with another deletion policy} */
    public IngressTierSpec withDeletionPolicy(DeletionPolicy deletionPolicy) {
        return new IngressTierSpec(nodes, controller, loadBalancer, rollout, mode, deletionPolicy);
    }
}
