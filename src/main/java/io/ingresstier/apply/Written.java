package io.ingresstier.apply;

import io.ingresstier.world.Action;
import java.util.Optional;

/**
 * What became of an action.
 *
 * @param problem why it was not made: the cluster had moved on, or the API server refused; empty if it was made
 * @param retry whether to plan anew at once, because the picture was out of date, rather than to report a failure
 */
public record Written(Action action, Optional<String> problem, boolean retry) {

    static Written made(Action action) {
        return new Written(action, Optional.empty(), false);
    }

    static Written outdated(Action action, String why) {
        return new Written(action, Optional.of(why), true);
    }

    static Written failed(Action action, String why) {
        return new Written(action, Optional.of(why), false);
    }
}
