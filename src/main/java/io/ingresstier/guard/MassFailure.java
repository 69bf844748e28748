package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.world.Member;
import io.ingresstier.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Many members that stopped answering together: at least two, and a third of all or a whole zone. It is more likely
 * that the view of them is broken than that all of them are, so nothing is removed for a while. A member that was
 * drained before serves nobody, and is not one of them.
 *
 * @param members their names
 * @param until when it counts as many single failures, unless they come back before
 */
public record MassFailure(List<String> members, Instant until) {

    private static final Duration TOGETHER = Duration.ofSeconds(60);
    private static final int AT_LEAST = 2;
    private static final int A_THIRD = 3;

    public MassFailure {
        members = List.copyOf(members);
    }

    /** The failure that is going on; empty if there is none. */
    public static Optional<MassFailure> of(World world) {
        var members = world.members().stream()
                .filter(m -> m.labelled() && !drainedBefore(m))
                .toList();
        var lost = members.stream()
                .filter(m -> m.lostSince().isPresent())
                .sorted(Comparator.comparing(MassFailure::since).thenComparing(Member::name))
                .toList();
        // By then others were claimed in their place and had the time to serve.
        long patience = world.tier().getSpec().nodes().replaceAfterSeconds()
                + world.tier().getSpec().rollout().progressDeadlineSeconds();
        return lost.stream()
                .map(first -> lost.stream()
                        .filter(m -> !since(m).isBefore(since(first)))
                        .filter(m -> !since(m).isAfter(since(first).plus(TOGETHER)))
                        .toList())
                .filter(together -> many(world, before(since(together.getFirst()), members), together))
                .map(together -> new MassFailure(
                        together.stream().map(Member::name).toList(),
                        since(together.getLast()).plusSeconds(patience)))
                .filter(failure -> failure.until().isAfter(world.now()))
                .max(Comparator.comparing(MassFailure::until));
    }

    /** Those that were members when it began: who has joined in their place since tells nothing about it. */
    private static List<Member> before(Instant failure, List<Member> members) {
        return members.stream()
                .filter(m -> m.claimedAt().filter(failure::isBefore).isEmpty())
                .toList();
    }

    /** Whoever has drained a member may switch its machine off: that is no failure. */
    private static boolean drainedBefore(Member member) {
        return member.drainedAt()
                .filter(at -> member.lostSince().filter(at::isAfter).isEmpty())
                .isPresent();
    }

    private static Instant since(Member member) {
        return member.lostSince().orElse(Instant.MAX);
    }

    private static boolean many(World world, List<Member> members, List<Member> together) {
        if (together.size() < AT_LEAST) {
            return false;
        }
        String key = world.tier().getSpec().nodes().topologyKey();
        var zones = members.stream().collect(Collectors.groupingBy(m -> m.node().zone(key)));
        return together.size() * A_THIRD >= members.size()
                || zones.values().stream().anyMatch(together::containsAll);
    }

    /** In words. */
    public Refusal refusal() {
        return new Refusal(
                Brake.class.getSimpleName(),
                Reason.MassFailure,
                "nodes %s stopped answering within %d s; until they answer again, or until %s, nothing is removed"
                        .formatted(String.join(", ", members), TOGETHER.toSeconds(), until));
    }
}
