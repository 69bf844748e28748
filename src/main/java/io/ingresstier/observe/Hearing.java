package io.ingresstier.observe;

import io.ingresstier.world.Answer;
import io.ingresstier.world.Answers;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Remembers what each pod answered, for as long as it is asked; tells when that comes to something else. */
final class Hearing {

    private final Map<String, Answer> byPod = new ConcurrentHashMap<>();
    private final Runnable changed;

    /** @param changed called when a pod is judged otherwise than before, and not at every probe; must not throw */
    Hearing(Runnable changed) {
        this.changed = changed;
    }

    /** A pod answered a probe that was sent then. */
    void answered(String pod, Instant sent) {
        heard(pod, sent, answer -> answer.answered(sent));
    }

    /** A pod had not answered a probe in time. */
    void unanswered(String pod, Instant sent, Instant noticed) {
        heard(pod, sent, answer -> answer.unanswered(sent, noticed));
    }

    /** Listens to these pods from now on, and forgets every other. */
    void keep(Set<String> pods, Instant now) {
        pods.forEach(pod -> byPod.putIfAbsent(pod, Answer.unheard(now)));
        if (byPod.keySet().retainAll(pods)) {
            changed.run();
        }
    }

    /** What is known at this moment. */
    Answers answers() {
        return new Answers(byPod);
    }

    private void heard(String pod, Instant sent, UnaryOperator<Answer> probe) {
        var before = new Answer.State[1];
        Answer after = byPod.compute(pod, (uid, known) -> {
            Answer answer = Objects.requireNonNullElseGet(known, () -> Answer.unheard(sent));
            before[0] = answer.state();
            return probe.apply(answer);
        });
        if (after != null && after.state() != before[0]) {
            changed.run();
        }
    }
}
