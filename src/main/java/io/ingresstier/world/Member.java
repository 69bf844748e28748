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
 */
public record Member(NodeView node, Optional<PodView> pod, boolean labelled, boolean claimed) {

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

    /** When the node was excluded from balancers, where it is. */
    public Optional<Instant> excludedAt() {
        return time(node.annotations().get(Marks.EXCLUDED_AT));
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
