package io.ingresstier.apply;

import io.ingresstier.world.Action;
import java.util.Optional;

/**
 * What became of an action.
 *
 * @param problem why it was not made: the cluster had moved on, or the API server refused; empty if it was made
 * @param retry whether to plan anew at once, because the picture was out of date, rather than to report a failure
 * @param rival the field manager that undid the same write before, where it is made again
 */
public record Written(Action action, Optional<String> problem, boolean retry, Optional<String> rival) {

    /** One that is made for the first time. */
    public Written(Action action, Optional<String> problem, boolean retry) {
        this(action, problem, retry, Optional.empty());
    }

    static Written made(Action action, Optional<String> rival) {
        return new Written(action, Optional.empty(), false, rival);
    }

    static Written outdated(Action action, String why) {
        return new Written(action, Optional.of(why), true);
    }

    static Written failed(Action action, String why) {
        return new Written(action, Optional.of(why), false);
    }
}
