package io.ingresstier.world;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A node that carries the role label or our record, with the tier's pod on it. The times are read off the annotations
 * that were written in the patch of each act.
 *
 * @param pod the tier's pod on the node; the one that stays, where one is being replaced
 * @param labelled carries the role label with the tier's value
 * @param claimed carries the tier's record
 * @param silentSince since when the pod does not answer the operator's own probes, where it does not and others do
 */
public record Member(
        NodeView node, Optional<PodView> pod, boolean labelled, boolean claimed, Optional<Instant> silentSince) {

    /** The same node with another of its pods in view. */
    public Member with(PodView other) {
        return new Member(node, Optional.of(other), labelled, claimed, silentSince);
    }

    /** The node's name. */
    public String name() {
        return node.name();
    }

    /** Whether the label was there before the tier came, so that it is never removed. */
    public boolean found() {
        return !claimed || Marks.FOUND_LABEL.equals(node.annotations().get(Marks.FOUND));
    }

    /** When the node was claimed. */
    public Optional<Instant> claimedAt() {
        return time(node.annotations().get(Marks.CLAIMED_AT));
    }

    /** Whether scripts are told that nothing is lost when the node goes away. */
    public boolean drained() {
        return node.annotations().containsKey(Marks.DRAINED);
    }

    /** Since when scripts have been told so, where they are. */
    public Optional<Instant> drainedAt() {
        return time(node.annotations().get(Marks.DRAINED));
    }

    /** When the node was excluded from balancers, where it is. */
    public Optional<Instant> excludedAt() {
        return time(node.annotations().get(Marks.EXCLUDED_AT));
    }

    /** Whether somebody took the label off by which the tier had excluded the node: balancers use it again. */
    public boolean exclusionUndone() {
        return excludedAt().isPresent() && !node.labels().containsKey(Marks.EXCLUDE);
    }

    /** Whether somebody else excluded the node from balancers. */
    public boolean excludedByAnother() {
        return node.labels().containsKey(Marks.EXCLUDE) && !node.annotations().containsKey(Marks.EXCLUDED_AT);
    }

    /** When balancers were let use the node again, where it had been excluded. */
    public Optional<Instant> includedAt() {
        return time(node.annotations().get(Marks.INCLUDED_AT));
    }

    /** When the pod was put into its Services again, where it had been detached. */
    public Optional<Instant> attachedAt() {
        return pod.flatMap(p -> time(p.annotations().get(Marks.ATTACHED_AT)));
    }

    /** When the pod was taken out of its Services, where it was. */
    public Optional<Instant> detachedAt() {
        return pod.flatMap(p -> time(p.annotations().get(Marks.DETACHED_AT)));
    }

    /** Since when the pod had not been ready when it was taken out of its Services, where it was not. */
    public Optional<Instant> unreadySince() {
        return pod.flatMap(p -> time(p.annotations().get(Marks.DETACHED_UNREADY)));
    }

    /** Whether the tier took the role label off it; without our word for it, somebody else did. */
    public boolean released() {
        return !labelled && node.annotations().containsKey(Marks.RELEASED);
    }

    /** Whether the pod does not answer the operator's own probes, while others do. */
    public boolean silent() {
        return silentSince.isPresent();
    }

    /** Since when the node or its pod has not answered, by whoever noticed first; empty while both do. */
    public Optional<Instant> lostSince() {
        return Stream.of(node.notReadySince(), silentSince)
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
    }

    /** Whether the node itself is fit and its pod serves, whatever the balancer does with it. */
    public boolean healthy() {
        return !silent()
                && node.ready()
                && !node.unschedulable()
                && pod.filter(PodView::serving).isPresent();
    }

    /** Whether it is on its way out: excluded or detached. */
    public boolean leaving() {
        return excludedAt().isPresent() || detachedAt().isPresent();
    }

    /**
     * Whether no pod of the tier runs there any more. One that is being deleted on a node whose kubelet is silent
     * counts as gone: its object stays until the node comes back or is deleted.
     */
    public boolean vacant() {
        return pod.filter(p -> !p.terminating() || node.ready()).isEmpty();
    }

    /**
     * Since when the node is cordoned, where it is and that can be told: by the taint that Kubernetes puts on it, or
     * else by when it was taken out because of it.
     */
    public Optional<Instant> cordonedSince() {
        if (!node.unschedulable()) {
            return Optional.empty();
        }
        return node.taints().stream()
                .filter(t -> t.key().equals(NodeTaint.UNSCHEDULABLE))
                .flatMap(t -> t.added().stream())
                .findFirst()
                .or(() -> Stream.of(excludedAt(), detachedAt())
                        .flatMap(Optional::stream)
                        .min(Instant::compareTo));
    }

    /** Since when nothing has changed that a balancer would have to take over before the member serves. */
    public Optional<Instant> settledSince() {
        return pod.filter(PodView::serving)
                .flatMap(PodView::readySince)
                .map(ready -> Stream.of(Optional.of(ready), claimedAt(), includedAt(), attachedAt())
                        .flatMap(Optional::stream)
                        .max(Instant::compareTo)
                        .orElse(ready));
    }

    private static Optional<Instant> time(@org.jspecify.annotations.Nullable String text) {
        return Times.parse(text);
    }
}
