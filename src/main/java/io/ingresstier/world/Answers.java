package io.ingresstier.world;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the pods of all tiers answer to the operator's own probes.
 *
 * @param byPod by the pod's uid; a pod that is not asked has none
 */
public record Answers(Map<String, Answer> byPod) {

    /** Nobody is asked. */
    public static final Answers NONE = new Answers(Map.of());

    public Answers {
        byPod = Map.copyOf(byPod);
    }

    /** Whether this is what a pod's answers come to. */
    private boolean is(PodView pod, Answer.State state) {
        return Optional.ofNullable(byPod.get(pod.uid()))
                .filter(answer -> answer.state() == state)
                .isPresent();
    }

    /** Whether this is so of any of these pods. */
    boolean any(Collection<PodView> pods, Answer.State state) {
        return pods.stream().anyMatch(pod -> is(pod, state));
    }

    /**
     * Whether a pod must answer once more before it is relied on: it has not been heard yet, or not just now, whatever
     * others do. A machine that starts again is ready on paper, pods included, until its kubelet has looked at them.
     */
    boolean awaited(PodView pod, Instant now) {
        return Optional.ofNullable(byPod.get(pod.uid()))
                .filter(answer -> !answer.reliable(now))
                .isPresent();
    }

    /** Whether a pod has been asked for a while and has never answered. */
    public boolean unreachable(PodView pod) {
        return is(pod, Answer.State.UNREACHABLE);
    }

    /** Whether any of these pods answers, or did until the last probe. */
    boolean heard(Collection<PodView> pods) {
        return any(pods, Answer.State.ANSWERS) || any(pods, Answer.State.DOUBTED);
    }

    /**
     * Which of these pods are silent, and since when. None is where none of them answers: then it is the operator's own
     * network that fails.
     */
    Map<ObjectKey, Instant> silent(Collection<PodView> pods) {
        return heard(pods) ? unheard(pods) : Map.of();
    }

    /** Those of which nothing is heard any more, whether others answer or not. */
    Map<ObjectKey, Instant> unheard(Collection<PodView> pods) {
        var silent = new TreeMap<ObjectKey, Instant>();
        for (PodView pod : pods) {
            Optional.ofNullable(byPod.get(pod.uid()))
                    .flatMap(Answer::silentSince)
                    .ifPresent(since -> silent.put(pod.key(), since));
        }
        return silent;
    }

    /** The same without what is known of one pod. */
    Answers without(PodView pod) {
        var others = new HashMap<>(byPod);
        others.remove(pod.uid());
        return new Answers(others);
    }
}
