package io.ingresstier.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All judges over one history, each tier by judges of its own. */
final class Invariants {

    private Invariants() {}

    /**
     * What was broken.
     *
     * @param start the cluster before the first write
     * @param writes every write since, in order
     */
    static List<Breach> breaches(Snapshot start, List<Revision> writes) {
        var breaches = new ArrayList<Breach>();
        var byTier = new HashMap<String, Bench>();
        Snapshot before = start;
        for (Revision revision : writes) {
            Snapshot after = before.with(revision);
            for (Map.Entry<String, Picture> tier : before.pictures().entrySet()) {
                Picture now = after.pictures().get(tier.getKey());
                if (now != null) {
                    byTier.computeIfAbsent(tier.getKey(), uid -> new Bench())
                            .judge(new Change(revision, tier.getValue(), now), breaches);
                }
            }
            before = after;
        }
        return breaches;
    }

    /** The judges of one tier. */
    private static final class Bench {

        private final LastReach reach = new LastReach();
        private final List<Judge> judges = List.of(
                new NeverEmpty(),
                new MakeBeforeBreak(),
                new DeregisterFirst(reach),
                new OneAtATime(),
                new OwnedKeys(),
                new FoundStays(),
                new Exclusive(),
                new Quiet(),
                new HarmlessToStrangers());

        void judge(Change change, List<Breach> breaches) {
            reach.see(change);
            for (Judge judge : judges) {
                judge.see(change)
                        .map(what -> new Breach(judge.invariant(), change.revision(), what))
                        .forEach(breaches::add);
            }
        }
    }
}
