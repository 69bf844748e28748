package io.ingresstier.plan;

import io.ingresstier.api.Reason;
import io.ingresstier.balancer.Departure;
import io.ingresstier.guard.Floor;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Member;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a member that must go may go yet: whoever takes its place serves first, by the time that the balancer is
 * given and not only by what is expected of it. Where no node is left to take its place, {@code minAvailable} is held.
 *
 * @param waits what it waits for, in a clause that names it; empty if it may go
 * @param until when that may be so without anything happening
 * @param refusal why nothing that is under way will let it go
 */
record Relief(Optional<String> waits, Optional<Instant> until, Optional<Refusal> refusal) {

    static final Relief GIVEN = new Relief(Optional.empty(), Optional.empty(), Optional.empty());

    static Relief of(Situation situation, Member member) {
        boolean drained =
                Departure.of(situation.traffic(), situation.world(), member).stage() == Departure.Stage.DRAINED;
        Optional<LeaveReason> reason =
                Optional.ofNullable(situation.choice().reasons().get(member.name()));
        boolean recovers = reason.filter(LeaveReason::mayRecover).isPresent();
        if (situation.world().goesBack() || (drained ? !recovers : member.leaving())) {
            return GIVEN;
        }
        if (reason.isPresent()) {
            int replicas = situation.world().tier().getSpec().nodes().replicas();
            if (serving(situation, situation.choice().active()) >= replicas) {
                return GIVEN;
            }
            if (coming(situation) || drained) {
                return awaits(
                        situation,
                        "node %s goes once another member serves in its place (%s)"
                                .formatted(member.name(), reason.get().clause()));
            }
        }
        return floor(situation, member);
    }

    private static Relief floor(Situation situation, Member member) {
        int floor = Floor.minAvailable(situation.world());
        int others = serving(
                situation,
                situation.members().stream()
                        .filter(m -> !m.name().equals(member.name()))
                        .toList());
        if (others >= floor) {
            return GIVEN;
        }
        if (coming(situation)) {
            return awaits(situation, "node %s goes once %d others serve".formatted(member.name(), floor));
        }
        String why = "node %s cannot go: %d others serve, %d must, and no node can take its place"
                .formatted(member.name(), others, floor);
        return new Relief(
                Optional.of(why), Optional.empty(), Optional.of(new Refusal("Tend", Reason.MinAvailableHeld, why)));
    }

    private static int serving(Situation situation, List<Member> members) {
        return (int) members.stream().filter(situation.traffic()::serves).count();
    }

    /** Whether somebody is on the way to serve. */
    private static boolean coming(Situation situation) {
        return !situation.choice().join().isEmpty()
                || waiting(situation).findFirst().isPresent();
    }

    private static Stream<Member> waiting(Situation situation) {
        return situation.choice().active().stream()
                .filter(m -> !situation.traffic().serves(m))
                .filter(m -> m.node().ready() && !m.silent() && !NodeChoice.late(situation.world(), m))
                // What somebody else excluded is not put in by us, and may stay out for ever.
                .filter(m -> !m.excludedByAnother());
    }

    private static Relief awaits(Situation situation, String what) {
        return new Relief(
                Optional.of(what),
                waiting(situation)
                        .flatMap(m -> situation.traffic().servesAt(m).stream())
                        .max(Instant::compareTo),
                Optional.empty());
    }
}
