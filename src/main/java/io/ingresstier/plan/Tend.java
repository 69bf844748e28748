package io.ingresstier.plan;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Departure;
import io.ingresstier.guard.MassFailure;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Action;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Members that must go are on their {@linkplain Leaving way out}, each when it is {@linkplain Relief relieved}; those
 * that are cordoned go as far as drained; whoever's pod is to be {@linkplain Rollout replaced} does so in its turn; and
 * those that stay after all {@linkplain ComingBack come back}.
 */
public record Tend() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        if (!situation.started()) {
            return Outcome.done(Reason.Leaving, "there is no member yet");
        }
        var rollout = Rollout.of(situation);
        var round = new Round(rollout);
        if (!world.goesBack() && !mayRetire(situation)) {
            // The incumbent's pods must not stay out of the Services for nothing.
            world.attachable().stream()
                    .filter(s -> s.annotations().containsKey(Marks.NARROWED_AT))
                    .filter(s -> world.incumbentPods().stream().anyMatch(PodView::serving))
                    .map(ServiceAction.WidenSelector::new)
                    .forEach(round.actions::add);
        }
        situation.choice().active().stream().filter(Member::silent).forEach(m -> silence(situation, m, round));
        situation.choice().leave().stream()
                .sorted(Comparator.comparing(Member::leaving).reversed())
                .forEach(m -> leave(situation, m, round));
        situation.choice().cordoned().forEach(m -> cordon(situation, m, round));
        situation.choice().active().stream()
                .filter(m -> !m.silent() && rollout.turn().filter(m::equals).isEmpty())
                .forEach(m -> stay(situation, m, round));
        rollout.next().ifPresent(round.actions::add);
        rollout.due().forEach(round.due::add);
        Isolated.of(situation).forEach(round.actions::add);
        return round.outcome(situation);
    }

    private static void leave(Situation situation, Member member, Round round) {
        var leaving = new Leaving(situation, member);
        var relief = Relief.of(situation, member);
        boolean drained = leaving.departure().stage() == Departure.Stage.DRAINED;
        tell(situation, member, round);
        if (relief.waits().isEmpty() || !member.labelled()) {
            leaving.next().ifPresent(round.actions::add);
        } else if (drained && member.found()) {
            leaving.meanwhile().ifPresent(round.actions::add);
        } else {
            round.wait(relief);
            silenced(situation, leaving, round);
        }
        leaving.departure().until().ifPresent(round.due::add);
        if (!leaving.parked()) {
            round.leaving.add(member.name());
        }
    }

    /** A cordoned member goes as far as drained; it is replaced, and then goes for good, only after a while. */
    private static void cordon(Situation situation, Member member, Round round) {
        var leaving = new Leaving(situation, member);
        var relief = Relief.of(situation, member);
        tell(situation, member, round);
        if (relief.waits().isEmpty()) {
            leaving.untilDrained().ifPresent(round.actions::add);
        } else {
            round.wait(relief);
            silenced(situation, leaving, round);
        }
        leaving.departure().until().ifPresent(round.due::add);
        LeaveReason.replacedAt(situation.world(), member).ifPresent(round.due::add);
        round.cordoned.add(member.name());
    }

    /** A member that does not answer goes at once, as far as drained; it is replaced only after a while. */
    private static void silence(Situation situation, Member member, Round round) {
        var leaving = new Leaving(situation, member);
        tell(situation, member, round);
        silenced(situation, leaving, round);
        leaving.departure().until().ifPresent(round.due::add);
        LeaveReason.lostAt(situation.world(), member).ifPresent(round.due::add);
        round.silent.add(member.name());
    }

    /**
     * Nobody is waited for in order to take out who serves nobody; the guards still hold minAvailable and the brake.
     */
    private static void silenced(Situation situation, Leaving leaving, Round round) {
        // Whether it fails alone is not known while others are in doubt; they will not be for long.
        if (leaving.member().silent() && !situation.world().doubtful()) {
            leaving.untilDrained().ifPresent(round.actions::add);
        }
    }

    private static void stay(Situation situation, Member member, Round round) {
        LeaveReason.lostAt(situation.world(), member).ifPresent(round.due::add);
        if (member.leaving()
                || member.drained()
                || ComingBack.detached(situation, member).isPresent()) {
            var back = ComingBack.of(situation, member);
            back.action().ifPresent(round.actions::add);
            back.until().ifPresent(round.due::add);
            round.back.add(member.name());
        }
        // Before the Services are attached Attach waits for the same.
        if (situation.world().attachable().stream()
                .allMatch(s -> s.annotations().containsKey(Marks.ATTACHED_AT))) {
            situation
                    .traffic()
                    .servesAt(member)
                    .filter(situation.world().now()::isBefore)
                    .ifPresent(at -> {
                        round.due.add(at);
                        round.joining.add(member.name());
                    });
        }
    }

    /**
     * Scripts wait for a member to be drained where nothing else of it is to be seen. They are told before the drain is
     * let go on or the member released, which is the last write of its pass.
     */
    private static void tell(Situation situation, Member member, Round round) {
        if (situation.world().goesBack() || !member.claimed() || !member.labelled()) {
            return;
        }
        // A pod that is replaced brings a new one, which may be sent to.
        if (round.rollout.turn().filter(member::equals).isPresent()) {
            return;
        }
        boolean drained =
                Departure.of(situation.traffic(), situation.world(), member).over();
        if (drained && member.leaving() && !member.drained()) {
            round.actions.add(
                    new NodeAction.MarkDrained(member.node(), situation.world().now()));
        } else if (!drained && member.drained()) {
            round.actions.add(new NodeAction.UnmarkDrained(member.node()));
        }
    }

    /** Whether the incumbent can be retired as things are; Retire itself waits for the same. */
    private static boolean mayRetire(Situation situation) {
        return situation.accepted()
                && !Rollout.of(situation).underWay()
                && Stream.of(new Claim(), new Attach(), new Settle())
                        .allMatch(step -> step.look(situation).done());
    }

    /** What one look at all members comes to. */
    private static final class Round {
        final List<Action> actions = new ArrayList<>();
        final List<Instant> due = new ArrayList<>();
        final List<String> leaving = new ArrayList<>();
        final List<String> silent = new ArrayList<>();
        final List<String> cordoned = new ArrayList<>();
        final List<String> back = new ArrayList<>();
        final List<String> joining = new ArrayList<>();
        final List<String> waits = new ArrayList<>();
        private final Rollout rollout;
        Optional<Refusal> refusal = Optional.empty();

        Round(Rollout rollout) {
            this.rollout = rollout;
        }

        void wait(Relief relief) {
            relief.waits().ifPresent(waits::add);
            relief.until().ifPresent(due::add);
            refusal = refusal.or(relief::refusal);
        }

        Outcome outcome(Situation situation) {
            World world = situation.world();
            Optional<MassFailure> failure = world.goesBack() ? Optional.empty() : MassFailure.of(world);
            failure.ifPresent(f -> due.add(f.until()));
            Optional<Instant> until = due.stream().filter(world.now()::isBefore).min(Instant::compareTo);
            boolean done =
                    Stream.of(leaving, silent, cordoned, back, joining, actions).allMatch(List::isEmpty);
            if (done && failure.isEmpty() && !rollout.underWay()) {
                return Outcome.done(Reason.Leaving, "no member is on its way out")
                        .until(until);
            }
            var held = failure.map(MassFailure::refusal).or(rollout::refusal).or(() -> refusal);
            boolean passable = !world.goesBack();
            return new Outcome(
                    false,
                    passable,
                    actions,
                    until,
                    held.map(Refusal::reason).orElseGet(this::reason),
                    held.map(Refusal::message).orElseGet(this::message),
                    held);
        }

        private Reason reason() {
            if (rollout.underWay()) {
                return Reason.RollingOut;
            }
            return joining.isEmpty() ? Reason.Leaving : Reason.Joining;
        }

        private String message() {
            var parts = new ArrayList<String>();
            if (rollout.underWay()) {
                parts.add(rollout.message());
            }
            if (!leaving.isEmpty()) {
                parts.add("leaving: " + String.join(", ", leaving));
            }
            if (!silent.isEmpty()) {
                parts.add("taken out of the balancers until its pod answers again: " + String.join(", ", silent));
            }
            if (!cordoned.isEmpty()) {
                parts.add("cordoned, and back in service once uncordoned: " + String.join(", ", cordoned));
            }
            if (!back.isEmpty()) {
                parts.add("coming back: " + String.join(", ", back));
            }
            if (!joining.isEmpty()) {
                parts.add("the balancer is taking in " + String.join(", ", joining));
            }
            parts.addAll(waits);
            return parts.isEmpty() ? "the selectors are being put back" : String.join("; ", parts);
        }
    }
}
