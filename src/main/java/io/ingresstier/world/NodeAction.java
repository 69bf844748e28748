package io.ingresstier.world;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A write to one Node: a merge patch of the labels and annotations that the tier owns. */
public sealed interface NodeAction extends Action {

    /** The node as it was when this was decided. */
    NodeView node();

    /** What is changed. */
    Edits edits();

    /**
     * All taints as they are to be, made from those at the revision of the decision, for the API knows them as one list
     * only; empty where they stay as they are.
     */
    default Optional<List<NodeTaint>> taints() {
        return Optional.empty();
    }

    @Override
    default String kind() {
        return "Node";
    }

    @Override
    default String object() {
        return node().name();
    }

    @Override
    default String resourceVersion() {
        return node().resourceVersion();
    }

    /** Makes a node a member: the role label and the record of what was found there, in one patch. */
    record ClaimNode(NodeView node, String tier, String tierUid, String labelKey, String labelValue, Instant at)
            implements NodeAction {
        @Override
        public Edits edits() {
            var annotations = new HashMap<String, Optional<String>>();
            annotations.put(Marks.TIER, Optional.of(tier));
            annotations.put(Marks.TIER_UID, Optional.of(tierUid));
            annotations.put(Marks.CLAIMED_AT, Optional.of(at.toString()));
            if (node.labelled(labelKey, labelValue)) {
                annotations.put(Marks.FOUND, Optional.of(Marks.FOUND_LABEL));
            }
            return Edits.of(Map.of(labelKey, Optional.of(labelValue)), annotations);
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }

    /** Takes the node out of every balancer; its pod keeps running and other nodes may still send to it. */
    record ExcludeNode(NodeView node, Instant at) implements NodeAction {
        @Override
        public Edits edits() {
            return Edits.of(
                    Map.of(Marks.EXCLUDE, Optional.of("")),
                    Map.of(Marks.EXCLUDED_AT, Optional.of(at.toString()), Marks.INCLUDED_AT, Optional.empty()));
        }

        @Override
        public boolean takesAway() {
            return true;
        }
    }

    /**
     * Takes the role label off a member that was claimed; the DaemonSet then stops its pod at once. The same patch says
     * that it was us, so that this is told from a label that somebody took off by hand.
     *
     * @param failure what to write in {@link Marks#FAILED}, where the node is given up because its pod never became
     *     ready
     */
    record ReleaseNode(NodeView node, String labelKey, Optional<String> failure) implements NodeAction {
        @Override
        public Edits edits() {
            var annotations = new HashMap<String, Optional<String>>();
            annotations.put(Marks.RELEASED, Optional.of("true"));
            annotations.put(Marks.TAINTED, Optional.empty());
            failure.ifPresent(f -> annotations.put(Marks.FAILED, failure));
            return Edits.of(Map.of(labelKey, Optional.empty()), annotations);
        }

        @Override
        public Optional<List<NodeTaint>> taints() {
            return withoutOurs(node);
        }

        @Override
        public boolean takesAway() {
            return true;
        }
    }

    /**
     * Lets balancers use the node again.
     *
     * @param at when, for a member that comes back and is given time to be taken in; empty where it has left
     */
    record IncludeNode(NodeView node, Optional<Instant> at) implements NodeAction {
        @Override
        public Edits edits() {
            return Edits.of(
                    Map.of(Marks.EXCLUDE, Optional.empty()),
                    Map.of(Marks.EXCLUDED_AT, Optional.empty(), Marks.INCLUDED_AT, at.map(Instant::toString)));
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }

    /** Keeps pods that do not tolerate the tier's taint from being scheduled on a member; those that run stay. */
    record TaintNode(NodeView node, NodeTaint taint) implements NodeAction {
        @Override
        public Edits edits() {
            return Edits.annotations(Map.of(Marks.TAINTED, Optional.of(taint.text())));
        }

        @Override
        public Optional<List<NodeTaint>> taints() {
            return Optional.of(
                    Stream.concat(node.taints().stream(), Stream.of(taint)).toList());
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }

    /** Takes the tier's taint off again. */
    record UntaintNode(NodeView node) implements NodeAction {
        @Override
        public Edits edits() {
            return Edits.annotations(Map.of(Marks.TAINTED, Optional.empty()));
        }

        @Override
        public Optional<List<NodeTaint>> taints() {
            return withoutOurs(node);
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }

    private static Optional<List<NodeTaint>> withoutOurs(NodeView node) {
        return Optional.of(node.foundTaints())
                .filter(found -> found.size() < node.taints().size());
    }

    /** Tells scripts that nothing is lost when the node goes away now. */
    record MarkDrained(NodeView node, Instant at) implements NodeAction {
        @Override
        public Edits edits() {
            return Edits.annotations(Map.of(Marks.DRAINED, Optional.of(at.toString())));
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }

    /** Takes that word back, before the member gets connections again. */
    record UnmarkDrained(NodeView node) implements NodeAction {
        @Override
        public Edits edits() {
            return Edits.annotations(Map.of(Marks.DRAINED, Optional.empty()));
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }

    /**
     * Removes the tier's record from a node that is no member any more, or stays what it is without the tier. One that
     * the tier excluded from balancers is included again with it.
     */
    record RemoveMarks(NodeView node, Optional<String> failedTemplate) implements NodeAction {
        @Override
        public Edits edits() {
            boolean excluded = node.annotations().containsKey(Marks.EXCLUDED_AT);
            return Edits.of(
                    excluded ? Map.of(Marks.EXCLUDE, Optional.empty()) : Map.of(),
                    Map.of(
                            Marks.TIER, Optional.empty(),
                            Marks.TIER_UID, Optional.empty(),
                            Marks.CLAIMED_AT, Optional.empty(),
                            Marks.INCLUDED_AT, Optional.empty(),
                            Marks.DRAINED, Optional.empty(),
                            Marks.RELEASED, Optional.empty(),
                            Marks.TAINTED, Optional.empty(),
                            Marks.FOUND, Optional.empty(),
                            Marks.EXCLUDED_AT, Optional.empty(),
                            Marks.FAILED, failedTemplate));
        }

        @Override
        public Optional<List<NodeTaint>> taints() {
            return withoutOurs(node);
        }

        @Override
        public boolean takesAway() {
            return false;
        }
    }
}
