package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.apps.DaemonSetUpdateStrategy;
import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Departure;
import io.ingresstier.balancer.Departure.Stage;
import io.ingresstier.balancer.Settlement;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Ownership;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Action;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.TemplateRevision;
import io.ingresstier.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The replacement of pods by ones of the template as it is now. By surge the DaemonSet's controller makes it, and there
 * is only to tell how far it is. Where an old pod's host ports keep a new one off the node nobody makes it but the
 * operator: a member leaves as far as drained, its pod is deleted, and it comes back once the new one is ready. The
 * next is taken only while whoever runs the new template serves, so that a template that does not work stops at the
 * first.
 */
public final class Rollout {

    private static final String ON_DELETE = "OnDelete";

    private final Situation situation;
    private final World world;
    private final List<Member> members;
    private final List<Member> behind;
    private final Optional<Member> turn;

    private Rollout(Situation situation) {
        this.situation = situation;
        this.world = situation.world();
        this.members = situation.choice().active();
        this.behind = Stream.concat(members.stream(), stuck(situation))
                .filter(m -> behind(world, situation.traffic(), m))
                .toList();
        this.turn = byOperator(world) ? choose() : Optional.empty();
    }

    /** How far it is. */
    public static Rollout of(Situation situation) {
        return new Rollout(situation);
    }

    /** Whether the operator has to replace the pods itself. */
    private static boolean byOperator(World world) {
        return world.workload()
                .filter(w -> Ownership.owned(world, w))
                .map(w -> w.getSpec().getUpdateStrategy())
                .map(DaemonSetUpdateStrategy::getType)
                .filter(ON_DELETE::equals)
                .isPresent();
    }

    /**
     * Members that are lost by their pod alone, as by one that is restarted again and again: where no node can take
     * their place, a pod of another template may do better.
     */
    private static Stream<Member> stuck(Situation situation) {
        var choice = situation.choice();
        return choice.leave().stream()
                .filter(m -> byOperator(situation.world()) && m.labelled() && failing(m))
                .filter(m -> choice.reasons().get(m.name()) == LeaveReason.Lost);
    }

    private static boolean behind(World world, TrafficView traffic, Member member) {
        return Stream.concat(member.pod().stream(), staying(world, traffic, member))
                .anyMatch(p -> TemplateRevision.outdated(world, p));
    }

    /** Slices follow the end of a pod a moment later: until then it gets new connections. */
    private static Stream<PodView> staying(World world, TrafficView traffic, Member member) {
        return world.tierPods().stream()
                .filter(p -> p.nodeName().equals(member.name()) && (!p.terminating() || traffic.endpoint(p)));
    }

    /** Whether its pod was replaced and it has not come back yet: what it has became ready after it was excluded. */
    private static boolean replaced(Member member) {
        return member.detachedAt().isEmpty()
                && member.attachedAt().isEmpty()
                && member.excludedAt()
                        .filter(excluded -> member.pod()
                                .flatMap(PodView::readySince)
                                .filter(ready -> !ready.isAfter(excluded))
                                .isEmpty())
                        .isPresent();
    }

    /** Whether a member at a time is out of service for it, so that another may be needed in its place. */
    static boolean takesOut(World world, TrafficView traffic, List<Member> members) {
        return byOperator(world) && members.stream().anyMatch(m -> behind(world, traffic, m) || replaced(m));
    }

    /**
     * Whether no pod has shown yet that the new template works, while pods of the old one do serve: then it is not the
     * node's fault if one does not become ready.
     */
    static boolean unproven(World world) {
        List<PodView> ready = world.tierPods().stream().filter(PodView::serving).toList();
        return !ready.isEmpty() && ready.stream().allMatch(p -> TemplateRevision.outdated(world, p));
    }

    /** Whether some pod has yet to be replaced, or its member to come back. */
    public boolean underWay() {
        return !behind.isEmpty() || (byOperator(world) && members.stream().anyMatch(Rollout::replaced));
    }

    /** The member whose pod the operator is about to replace; empty while it waits, or where the surge does it. */
    public Optional<Member> turn() {
        return turn;
    }

    /** Whoever is on its way already, then pods that do not work anyhow, and another only while all serve. */
    private Optional<Member> choose() {
        if (members.stream().anyMatch(m -> !behind.contains(m) && !settled(m))) {
            return Optional.empty();
        }
        return first(behind.stream().filter(m -> m.leaving() && (!m.silent() || failing(m))))
                .or(() -> first(behind.stream().filter(Rollout::failing)))
                .or(() -> othersLeave() || !behind.stream().allMatch(this::settled)
                        ? Optional.empty()
                        : first(behind.stream()));
    }

    private static Optional<Member> first(Stream<Member> candidates) {
        return candidates.min(Comparator.comparing(Member::name));
    }

    /** Whether its pod does not work although its machine does, as the kubelet says: no one waits for its answer. */
    private static boolean failing(Member member) {
        return member.node().ready() && member.pod().filter(p -> !p.ready()).isPresent();
    }

    /** Whether nothing of it is awaited: one that somebody else keeps out of the balancer is not waited for. */
    private boolean settled(Member member) {
        return situation.traffic().available(member)
                && !member.leaving()
                && situation
                        .traffic()
                        .servesAt(member)
                        .filter(world.now()::isBefore)
                        .isEmpty();
    }

    private boolean othersLeave() {
        return situation.members().stream().filter(Member::leaving).anyMatch(m -> stage(m) != Stage.DRAINED);
    }

    private Stage stage(Member member) {
        return departure(member).stage();
    }

    private Departure departure(Member member) {
        return Departure.of(situation.traffic(), world, member);
    }

    /** What is to be done next for the member whose turn it is. */
    Optional<Action> next() {
        return turn.flatMap(this::next);
    }

    private Optional<Action> next(Member member) {
        if (member.drained()) {
            return Optional.of(new NodeAction.UnmarkDrained(member.node()));
        }
        // Nobody takes the place of a pod that serves nobody.
        if (!failing(member) && Relief.of(situation, member).waits().isPresent()) {
            return Optional.empty();
        }
        return stage(member) == Stage.DRAINED
                ? member.pod()
                        .filter(p -> !p.terminating() && member.node().ready())
                        .map(PodAction.RestartPod::new)
                : new Leaving(situation, member).untilDrained();
    }

    /** What keeps the next member from being taken until somebody or something changes. */
    Optional<Refusal> refusal() {
        return stalled() ? Optional.of(new Refusal("Tend", Reason.RolloutStalled, message())) : relief().refusal();
    }

    private Relief relief() {
        return turn.filter(m -> !failing(m)).map(m -> Relief.of(situation, m)).orElse(Relief.GIVEN);
    }

    private boolean stalled() {
        return underWay() && Stream.concat(deadlines(), absences()).anyMatch(at -> !at.isAfter(world.now()));
    }

    /** When there is something to look at that no event announces. */
    Stream<Instant> due() {
        if (!underWay()) {
            return Stream.of();
        }
        var awaited = members.stream()
                .filter(m -> !settled(m))
                .flatMap(m -> Stream.of(
                        situation.traffic().availableAt(m), situation.traffic().servesAt(m)))
                .flatMap(Optional::stream);
        var leaving = turn.flatMap(m -> departure(m).until()).stream();
        return Stream.of(deadlines(), absences(), awaited, leaving, relief().until().stream())
                .flatMap(times -> times);
    }

    /** When each new pod that is not ready must be. One that has no node yet is somebody's all the same. */
    private Stream<Instant> deadlines() {
        return starting().flatMap(p -> p.readySince().stream()).map(since -> since.plus(patience()));
    }

    private Stream<PodView> starting() {
        return world.tierPods().stream()
                .filter(p -> !p.ready() && !p.terminating() && !TemplateRevision.outdated(world, p))
                .filter(p -> p.nodeName().isEmpty()
                        || members.stream()
                                .anyMatch(m -> m.name().equals(p.nodeName())
                                        && m.node().ready()));
    }

    /**
     * When the pod of a member must have been made anew. Its end is written nowhere; it comes no sooner than the member
     * is drained.
     */
    private Stream<Instant> absences() {
        return absent().flatMap(m -> m.excludedAt().stream())
                .map(at -> at.plus(situation.traffic().settleBound())
                        .plus(detached())
                        .plus(situation.traffic().drainWindow())
                        .plus(patience()));
    }

    private Stream<Member> absent() {
        return members.stream()
                .filter(m -> byOperator(world) && replaced(m) && m.pod().isEmpty());
    }

    private Duration detached() {
        return situation.traffic().podDirect() ? situation.traffic().settleBound() : Settlement.FLOOR;
    }

    private Duration patience() {
        return Duration.ofSeconds(world.tier().getSpec().rollout().progressDeadlineSeconds());
    }

    /** How far it is, in words. */
    String message() {
        var parts = new ArrayList<String>();
        long replaced = members.stream()
                .filter(m ->
                        !behind.contains(m) && m.pod().filter(PodView::serving).isPresent())
                .count();
        parts.add("%d of %d pods run the new template".formatted(replaced, members.size()));
        Optional<String> waits = relief().waits();
        turn.ifPresent(m -> parts.add(waits.orElseGet(() -> "%s: %s".formatted(m.name(), progress(m)))));
        starting().map(this::progress).forEach(parts::add);
        absent().map(m -> "%s: its new pod is awaited".formatted(m.name())).forEach(parts::add);
        members.stream()
                .filter(m -> replaced(m) && m.pod().filter(PodView::serving).isPresent() && !behind.contains(m))
                .map(m -> "%s: its pod is ready and it comes back".formatted(m.name()))
                .forEach(parts::add);
        return String.join("; ", parts);
    }

    private String progress(Member member) {
        return switch (stage(member)) {
            case PRESENT, EXCLUDED -> "it leaves the balancer first";
            case DEREGISTERED, DRAINING -> "its connections may end";
            case DRAINED ->
                member.pod().filter(PodView::terminating).isPresent()
                        ? "its old pod is stopping"
                        : "its pod is being replaced";
        };
    }

    private String progress(PodView pod) {
        String where = pod.nodeName().isEmpty() ? "pod " + pod.key().name() : pod.nodeName();
        boolean late = pod.readySince()
                .filter(since -> !since.plus(patience()).isAfter(world.now()))
                .isPresent();
        return late
                ? "%s: its new pod has not become ready within %d s"
                        .formatted(where, patience().toSeconds())
                : "%s: its new pod is starting".formatted(where);
    }
}
