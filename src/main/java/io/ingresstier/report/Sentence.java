package io.ingresstier.report;

import io.ingresstier.guard.Refusal;
import io.ingresstier.plan.Accept;

/** What people read: steps and guards speak in clauses, conditions and events in sentences. */
final class Sentence {

    private static final String ENDS = ".!?";

    private Sentence() {}

    /** The clause with a capital and a full stop, unless it has them. */
    static String of(String clause) {
        if (clause.isEmpty()) {
            return clause;
        }
        String capital = Character.toUpperCase(clause.charAt(0)) + clause.substring(1);
        return ENDS.indexOf(clause.charAt(clause.length() - 1)) >= 0 ? capital : capital + ".";
    }

    /** What is refused, and what that means and asks for; a spec is refused with what to write instead already. */
    static String of(Refusal refusal) {
        String what = of(refusal.message());
        String meaning = refusal.reason().sentence();
        return refusal.by().equals(Accept.class.getSimpleName()) || what.contains(meaning)
                ? what
                : what + " " + meaning;
    }
}
