package io.ingresstier.guard;

import io.ingresstier.api.Reason;
import io.ingresstier.world.Action;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Optional;

/** A rule that no write may break. Refusing with a clear reason is a feature. */
public sealed interface Guard
        permits KnownWorld,
                Ownership,
                Exclusive,
                NeverEmpty,
                HarmlessToStrangers,
                MakeBeforeBreak,
                DeregisterFirst,
                OneAtATime,
                Brake,
                RoomForOthers,
                SafeNarrowing,
                BackOff,
                Capacity {

    /** Every guard, the cheapest first. */
    List<Guard> ALL = List.of(
            new KnownWorld(),
            new BackOff(),
            new Ownership(),
            new Exclusive(),
            new OneAtATime(),
            new Brake(),
            new RoomForOthers(),
            new DeregisterFirst(),
            new MakeBeforeBreak(),
            new Capacity(),
            new SafeNarrowing(),
            new NeverEmpty(),
            new HarmlessToStrangers());

    /** Why this write must not be made; empty if this guard has nothing against it. */
    Optional<Refusal> judge(Judgement judgement);

    /** What is wrong with the picture as it is; empty if the rule holds, or speaks of writes only. */
    default Optional<Refusal> broken(World world) {
        return Optional.empty();
    }

    /** The first refusal of all guards. */
    static Optional<Refusal> judge(World world, Action action) {
        var judgement = Judgement.of(world, action);
        return ALL.stream().flatMap(g -> g.judge(judgement).stream()).findFirst();
    }

    /** The first rule that does not hold. */
    static Optional<Refusal> firstBroken(World world) {
        return ALL.stream().flatMap(g -> g.broken(world).stream()).findFirst();
    }

    /** A refusal in this guard's name. */
    default Optional<Refusal> refuse(Reason reason, String message) {
        return Optional.of(new Refusal(getClass().getSimpleName(), reason, message));
    }
}
