package io.ingresstier.plan;

import io.ingresstier.world.Action;
import io.ingresstier.world.DrainGuardAction;
import io.ingresstier.world.Edits;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.TierAction;
import io.ingresstier.world.WorkloadAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a write changes, in a line for people: nothing of it depends on when it is made. */
final class Detail {

    private static final String OURS = "ingresstier.io/";

    private Detail() {}

    static String of(Action action) {
        return switch (action) {
            case NodeAction.TaintNode a -> "taint " + a.taint().text();
            case NodeAction.UntaintNode a ->
                "taint %s removed".formatted(a.node().annotations().getOrDefault(Marks.TAINTED, ""));
            case NodeAction a -> changes(a.edits());
            case PodAction.RestartPod a ->
                "on node %s, deleted; the DaemonSet makes another one"
                        .formatted(a.pod().nodeName());
            case PodAction.ReleaseAnchor a ->
                "a drain of node %s goes on".formatted(a.pod().nodeName());
            case PodAction.HoldAnchor a ->
                "a drain of node %s waits".formatted(a.pod().nodeName());
            case PodAction a -> "on node %s, %s".formatted(a.pod().nodeName(), changes(a.edits()));
            case ServiceAction a -> changes(a.edits());
            case WorkloadAction.ApplyWorkload ignored -> "as rendered from its pod template";
            case WorkloadAction.DeleteWorkload ignored -> "with its pods";
            case DrainGuardAction.ApplyBudget ignored -> "no eviction takes a held anchor";
            case DrainGuardAction.ApplyAnchors a ->
                "replicas %d".formatted(a.target().getSpec().getReplicas());
            case DrainGuardAction.DeleteAnchors ignored -> "with their pods";
            case DrainGuardAction.DeleteBudget ignored -> "deleted";
            case IncumbentAction a -> "replicas %d → %d".formatted(a.incumbent().replicas(), a.replicas());
            case OriginalsAction.RecordOriginals a ->
                "what was found: %d Services, %s"
                        .formatted(
                                a.originals().services().size(),
                                a.originals()
                                        .incumbentReplicas()
                                        .map("a Deployment of %d replicas"::formatted)
                                        .orElse("no Deployment"));
            case OriginalsAction.ForgetRetired ignored -> "label %s".formatted(Marks.RETIRED);
            case OriginalsAction.RecordRollback ignored -> "label %s".formatted(Marks.ROLLED_BACK);
            case OriginalsAction.RecordRetired ignored -> "label %s".formatted(Marks.RETIRED);
            case OriginalsAction.ForgetOriginals ignored -> "deleted";
            case TierAction.AddFinalizer ignored -> "finalizer " + Marks.FINALIZER;
            case TierAction.RemoveFinalizer ignored -> "finalizer %s removed".formatted(Marks.FINALIZER);
        };
    }

    /** Our own annotations hold times and such: they are told only where nothing else is changed. */
    private static String changes(Edits edits) {
        var changes = new ArrayList<String>();
        changes.addAll(told("label ", edits.labels()));
        changes.addAll(told("selector ", edits.selector()));
        var others = new TreeMap<>(edits.annotations());
        others.keySet().removeIf(key -> key.startsWith(OURS));
        changes.addAll(told("annotation ", others));
        return changes.isEmpty() ? "the tier's own annotations" : String.join(", ", changes);
    }

    private static List<String> told(String kind, Map<String, Optional<String>> edits) {
        return new TreeMap<>(edits)
                .entrySet().stream()
                        .map(e -> kind
                                + e.getKey()
                                + e.getValue().map("=%s"::formatted).orElse(" removed"))
                        .toList();
    }
}
