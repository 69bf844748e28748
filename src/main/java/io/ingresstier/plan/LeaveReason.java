package io.ingresstier.plan;

import io.ingresstier.world.Member;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.Optional;

/** Why a member leaves. Our own exclude label, a cordon for a while, or a node NotReady for a while is no reason. */
public enum LeaveReason {
    /** The whole tier goes. */
    TierGoesBack("the tier goes"),
    /** The role label was taken off already. */
    Released("it was released"),
    /** A claim that came to nothing. */
    PodNotReady("its pod did not become ready in time"),
    /** The Node object is going. */
    NodeDeleted("its Node object is being deleted"),
    /** The node, or the pod on it, does not answer. */
    Lost("it has not answered for nodes.replaceAfterSeconds"),
    /** An autoscaler is about to remove the node. */
    RemovalTaint("an autoscaler is about to remove it"),
    /** The specification has changed, or the node's labels have. */
    NotSelected("nodes.selector does not select it"),
    /** It can be no backend. */
    ExcludedByProvider("the cloud's rules or a label that is not the tier's keep it out of the balancers"),
    /** Cordoned for longer than it may be. */
    Cordoned("it has been cordoned for nodes.cordonGraceSeconds"),
    /** More members than are asked for. */
    ScaleIn("nodes.replicas asks for fewer members");

    private final String clause;

    LeaveReason(String clause) {
        this.clause = clause;
    }

    /** The reason as the end of a sentence about the node. */
    public String clause() {
        return clause;
    }

    /** Whether nothing is lost by keeping the member until its replacement serves, for it serves nobody as it is. */
    boolean mayRecover() {
        return this == Lost || this == Cordoned;
    }

    /**
     * Why this member cannot stay, whatever the number of members; empty if it can. What was found and not recorded yet
     * is claimed first. A found member was never chosen, so that what speaks against choosing it does not count.
     */
    static Optional<LeaveReason> of(World world, Eligibility eligibility, Member member) {
        if (member.released()) {
            return Optional.of(Released);
        }
        if (!member.claimed()) {
            return Optional.empty();
        }
        if (NodeChoice.overdue(world, member)) {
            return Optional.of(PodNotReady);
        }
        if (member.node().terminating()) {
            return Optional.of(NodeDeleted);
        }
        if (due(world, lostAt(world, member))) {
            return Optional.of(Lost);
        }
        if (Eligibility.removal(member.node())) {
            return Optional.of(RemovalTaint);
        }
        if (!member.found() && !eligibility.selected(member.node())) {
            return Optional.of(NotSelected);
        }
        if (!member.found() && eligibility.excluded(member)) {
            return Optional.of(ExcludedByProvider);
        }
        return due(world, replacedAt(world, member)) ? Optional.of(Cordoned) : Optional.empty();
    }

    private static boolean due(World world, Optional<Instant> at) {
        return at.filter(t -> !t.isAfter(world.now())).isPresent();
    }

    /** When a member counts as lost whose node is not ready or whose pod is silent; empty for any other. */
    public static Optional<Instant> lostAt(World world, Member member) {
        return member.lostSince()
                .map(since -> since.plusSeconds(world.tier().getSpec().nodes().replaceAfterSeconds()));
    }

    /** When a cordoned member is replaced; empty for one that is not cordoned. */
    static Optional<Instant> replacedAt(World world, Member member) {
        return member.cordonedSince()
                .map(since -> since.plusSeconds(world.tier().getSpec().nodes().cordonGraceSeconds()));
    }
}
