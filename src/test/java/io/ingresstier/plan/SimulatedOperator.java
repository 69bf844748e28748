package io.ingresstier.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Guard;
import io.ingresstier.world.Action;
import io.ingresstier.world.Answer;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.DrainGuardAction;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.TierAction;
import io.ingresstier.world.WorkloadAction;
import io.ingresstier.world.World;
import io.ingresstier.world.WriteHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The operator's loop on a played cluster: plan, judge again, write, report, wait; with every revision watched. */
final class SimulatedOperator {

    /** More passes than any course of things takes; whoever needs them goes round in circles. */
    private static final int ENDLESS = 1500;

    final SimulatedCluster cluster;
    final SimulatedPlatform platform;
    final RevisionWatch watch;
    final List<String> done = new ArrayList<>();
    /** Nodes whose anchor an eviction took. */
    final List<String> evicted = new ArrayList<>();

    Plan plan;
    private Predicate<SimulatedOperator> stop = o -> false;

    SimulatedOperator(World world) {
        cluster = new SimulatedCluster(world);
        platform = new SimulatedPlatform(cluster);
        watch = new RevisionWatch(cluster, platform.cloud);
        plan = Planner.plan(cluster.world());
    }

    static SimulatedOperator in(World world) {
        return new SimulatedOperator(world);
    }

    /** Goes on until nothing is left to do and nothing is due. */
    SimulatedOperator untilQuiet() {
        return until(o -> false);
    }

    /** Goes on until something is so; quiet before that is fine too. */
    SimulatedOperator until(Predicate<SimulatedOperator> reached) {
        stop = reached;
        for (int i = 0; i < ENDLESS; i++) {
            if (reached.test(this) || !pass()) {
                return this;
            }
        }
        throw new AssertionError("no end to it: " + done.subList(Math.max(0, done.size() - 60), done.size()) + told());
    }

    /** Goes on until so many writes have been made. */
    SimulatedOperator untilWrites(int count) {
        return until(o -> o.done.size() >= count);
    }

    /** Goes on until the first write of this kind has been made. */
    SimulatedOperator untilDone(Class<? extends Action> kind) {
        return until(o -> o.done.stream().anyMatch(d -> d.startsWith(kind.getSimpleName())));
    }

    /** Lets some time pass, or until it is quiet. */
    SimulatedOperator forSeconds(long seconds) {
        Instant end = cluster.now.plusSeconds(seconds);
        platform.after(seconds, () -> {});
        return until(o -> !o.cluster.now.isBefore(end));
    }

    SimulatedOperator deleteTier() {
        cluster.deleteTier();
        return this;
    }

    /** Somebody asks for the specification as it is to be rolled back. */
    SimulatedOperator askForRollback() {
        cluster.annotateTier(
                Marks.ROLLBACK,
                Optional.of(Long.toString(cluster.tier.getMetadata().getGeneration())));
        return this;
    }

    /** Somebody changes the specification in a way that matters to nobody. */
    SimulatedOperator changeSpec() {
        var spec = cluster.tier.getSpec();
        cluster.spec(spec.withRollout(r -> r.withSoakSeconds(r.soakSeconds() + 1)));
        return this;
    }

    /** Somebody changes the image in the Deployment that the tier inherits from. */
    SimulatedOperator image(String image) {
        cluster.incumbent = cluster.incumbent.map(i -> ClusterScenario.withImage(i, image, cluster.next()));
        return this;
    }

    /** What a pod answers to the operator's own probes comes to this, from now on. */
    SimulatedOperator judge(PodView pod, Answer.State state) {
        boolean silent = state == Answer.State.SILENT || state == Answer.State.RETURNING;
        cluster.answers.put(
                pod.uid(),
                new Answer(
                        state,
                        cluster.now,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        silent ? List.of(cluster.now) : List.of()));
        return this;
    }

    /**
     * Somebody drains a node: it is cordoned, and its anchor is asked for every five seconds until it goes or he gives
     * up.
     */
    SimulatedOperator drain(String node) {
        cluster.cordon(node, true);
        ask(node);
        return this;
    }

    private void ask(String node) {
        boolean cordoned = Optional.ofNullable(cluster.nodes.get(node))
                .filter(NodeView::unschedulable)
                .isPresent();
        if (cordoned && !evict(node)) {
            platform.after(5, () -> ask(node));
        }
    }

    /** Somebody asks for the eviction of a node's anchor; whether it is gone. */
    boolean evict(String node) {
        boolean there = platform.anchors.on(node).isPresent();
        platform.cloud.remember();
        boolean gone = platform.anchors.evict(node);
        if (there && gone) {
            evicted.add(node);
            watch.evicted(node, this::told);
        }
        return gone;
    }

    /** A member is on its way out, excluded and detached, although nothing asks for it: as when its reason has gone. */
    SimulatedOperator leave(String node) {
        World world = cluster.world();
        PodView pod = world.tierPods().stream()
                .filter(p -> p.nodeName().equals(node))
                .findFirst()
                .orElseThrow();
        platform.cloud.remember();
        cluster.put(
                cluster.nodes.get(node).with(new NodeAction.ExcludeNode(cluster.nodes.get(node), cluster.now).edits()));
        var keys = TrafficView.of(world).selectorKeys(pod);
        cluster.put(pod.with(new PodAction.DetachPod(pod, keys, cluster.now).edits()), pod.ready(), false);
        platform.react();
        return this;
    }

    /** One pass; {@code false} if nothing happened and nothing will. */
    boolean pass() {
        if (cluster.gone()) {
            return false;
        }
        plan = Planner.plan(cluster.world());
        boolean reported = report();
        boolean wrote = false;
        for (Action action : plan.actions()) {
            wrote |= write(action);
        }
        if (wrote || reported) {
            return true;
        }
        return idle();
    }

    /** Lets time pass until something has changed or the plan wants to look again; {@code false} if neither will be. */
    private boolean idle() {
        Object before = cluster.facts();
        for (Optional<Instant> next = next(); next.isPresent(); next = next()) {
            platform.advance(next.get());
            watch.revision(this::told);
            boolean due = plan.lookAgainAt().filter(cluster.now::isBefore).isEmpty();
            if (due || stop.test(this) || !cluster.facts().equals(before)) {
                return true;
            }
        }
        return false;
    }

    private Optional<Instant> next() {
        return Stream.of(plan.lookAgainAt(), platform.due())
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
    }

    private boolean write(Action action) {
        if (action.takesAway() && Guard.judge(cluster.world(), action).isPresent()) {
            return false;
        }
        done.add(action.name() + " " + action.object());
        platform.cloud.remember();
        watch.before(action);
        switch (action) {
            case NodeAction a -> {
                var node = cluster.nodes.get(a.node().name()).with(a.edits());
                cluster.put(a.taints().map(node::withTaints).orElse(node));
            }
            case PodAction.RestartPod a ->
                platform.stop(cluster.pods.get(a.pod().key()));
            case PodAction a -> {
                var pod = cluster.pods.get(a.pod().key()).with(a.edits());
                cluster.put(pod, pod.ready(), pod.terminating());
            }
            case ServiceAction a -> {
                var service = cluster.services.get(a.service().key()).with(a.edits());
                cluster.put(service, service.labels());
            }
            case WorkloadAction.ApplyWorkload a -> cluster.apply(a.desired());
            case WorkloadAction.DeleteWorkload ignored -> cluster.workload = Optional.empty();
            case DrainGuardAction.ApplyBudget a -> platform.anchors.apply(a.target());
            case DrainGuardAction.ApplyAnchors a -> platform.anchors.apply(a.target());
            case DrainGuardAction.DeleteAnchors ignored ->
                cluster.anchorage = cluster.anchorage.withAnchors(Optional.empty());
            case DrainGuardAction.DeleteBudget ignored ->
                cluster.anchorage = cluster.anchorage.withBudget(Optional.empty());
            case IncumbentAction a -> cluster.scaleIncumbent(a.replicas());
            case OriginalsAction.RecordOriginals a -> {
                cluster.record(a.originals());
                cluster.digest(a.originals());
            }
            case OriginalsAction.RecordRetired a -> cluster.record(a.originals().withRetired(Optional.of(a.how())));
            case OriginalsAction.ForgetRetired a -> cluster.record(a.originals().withRetired(Optional.empty()));
            case OriginalsAction.RecordRollback a ->
                cluster.record(a.originals().withRollback(a.decided()));
            case OriginalsAction.ForgetOriginals ignored -> cluster.forget();
            case TierAction.AddFinalizer ignored -> cluster.finalizer(true);
            case TierAction.RemoveFinalizer ignored -> cluster.finalizer(false);
        }
        var history = WriteHistory.after(cluster.world(), Map.of(action, Optional.empty()));
        if (!history.equals(cluster.tier.getStatus().recentWrites())) {
            cluster.status(cluster.tier.getStatus().withRecentWrites(history));
        }
        platform.react();
        watch.after(action, this::told);
        watch.revision(this::told);
        return true;
    }

    /** The facts that the report keeps in the status; whether they changed. */
    private boolean report() {
        IngressTierStatus after = Reported.after(plan, cluster.world()).tier().getStatus();
        boolean changed = !after.equals(cluster.tier.getStatus());
        if (changed) {
            cluster.status(after);
        }
        return changed;
    }

    /** Names of the writes made, without their objects. */
    List<String> kinds() {
        return done.stream().map(d -> d.substring(0, d.indexOf(' '))).toList();
    }

    /** What went on, for people. */
    String told() {
        var text = new StringBuilder(
                "\nat %s, next %s and %s, done: %s".formatted(cluster.now, plan.lookAgainAt(), platform.due(), done));
        plan.looked()
                .forEach(l -> text.append("\n  %s: %s %s %s"
                        .formatted(
                                l.step().name(),
                                l.outcome().done() ? "done" : "open",
                                l.outcome().reason(),
                                l.outcome().message())));
        plan.refusals().forEach(r -> text.append("\n  refused by %s: %s".formatted(r.by(), r.message())));
        return text.toString();
    }

    /** Nothing is left to do and nothing is due; a second look says the same. */
    SimulatedOperator assertQuiet() {
        assertThat(pass()).as(told()).isFalse();
        return this;
    }
}
