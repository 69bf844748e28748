package io.ingresstier.lab;

import io.ingresstier.api.BackendMode;
import io.ingresstier.api.Probing;
import io.ingresstier.lab.PowerCut.Notice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code make bench-death}: how soon a member whose power was cut is out of the balancer and replaced, in each mode,
 * with and without the operator's own probes; and whether a busy minute takes a member out. Prints a markdown table.
 */
public final class BenchDeath {

    /** From the silence to the exclusion: the promise. */
    private static final Duration EXCLUSION = Duration.ofSeconds(2);
    /** The played cloud takes 0.7 s for a sync, and may have to end another one first. */
    private static final Duration BALANCER = Duration.ofMillis(1500);
    /** From the exclusion until the pod is out of its Services where other nodes send to it too. */
    private static final Duration DETACHING = Duration.ofSeconds(1);
    /** Slices and the proxies of other nodes follow a pod that is detached. */
    private static final Duration PROXIES = Duration.ofMillis(500);
    /** What HAProxy had accepted when it was told, and had not sent on yet, goes to whom it knew then. */
    private static final Duration PROGRAMMING = Duration.ofMillis(200);

    private static final Duration A_BUSY_MINUTE = Duration.ofMinutes(1);

    private BenchDeath() {}

    /**
     * Exits with 1 if the operator was later than it promises, or anything was lost after the balancer had followed.
     *
     * @param arguments the modes to run, such as {@code PodDirect}; none means all
     */
    public static void main(String[] arguments) throws InterruptedException {
        var modes = arguments.length == 0
                ? List.of(BackendMode.Local, BackendMode.Cluster, BackendMode.PodDirect)
                : Stream.of(arguments).map(BackendMode::valueOf).toList();
        var missed = new ArrayList<String>();
        System.out.println("| mode | probing | excluded s | detached s | balancer s | claimed s | failed | after |");
        System.out.println("|---|---|---:|---:|---:|---:|---:|---:|");
        try (var running = new RunningLab(Lab.withNodes(6, 3))) {
            for (BackendMode mode : modes) {
                for (Probing probing : List.of(Probing.Enabled, Probing.Disabled)) {
                    var death = Death.under(running.lab(), running.cloud(), mode, probing);
                    System.out.println(row(death, probing));
                    System.err.println(death.cut() + "; " + death.result());
                    missed.addAll(probing == Probing.Enabled ? missed(death) : missedWithout(death));
                    running.clean();
                }
            }
            missed.addAll(busy(running));
        }
        missed.forEach(System.err::println);
        System.exit(missed.isEmpty() ? 0 : 1);
    }

    /** What is promised of the cut is held to the letter; a stage from the one before, but for stalls of this JVM. */
    private static List<String> missed(Death death) {
        PowerCut cut = death.cut();
        Duration dropped = Duration.between(cut.at(), cut.dropped().orElseThrow());
        Duration excluded = cut.after(Notice.EXCLUDED);
        var missed = new ArrayList<String>();
        bound(missed, death, "excluded", excluded, EXCLUSION);
        bound(missed, death, "dropped by the balancer", dropped, EXCLUSION.plus(BALANCER));
        Duration told = death.mode() == BackendMode.PodDirect ? cut.after(Notice.DETACHED) : excluded;
        bound(missed, death, "dropped once told", dropped.minus(told), BALANCER.plus(death.stalled()));
        if (death.mode() == BackendMode.Cluster) {
            Duration detached = cut.after(Notice.DETACHED).minus(excluded);
            bound(missed, death, "detached once excluded", detached, DETACHING.plus(death.stalled()));
        }
        Duration claimed = cut.after(Notice.CLAIMED);
        bound(missed, death, "replaced", claimed, Death.REPLACE_AFTER.plusSeconds(1));
        if (claimed.compareTo(Death.REPLACE_AFTER.minus(Death.PROBE)) < 0) {
            missed.add("%s: replaced too early, after %s".formatted(death.mode(), claimed));
        }
        int after = death.failuresOpenedAfter(followed(death)).size();
        if (after > 0) {
            missed.add("%s: %d lost after all had followed; %s".formatted(death.mode(), after, death.result()));
        }
        return missed;
    }

    private static void bound(List<String> missed, Death death, String what, Duration took, Duration atMost) {
        if (took.compareTo(atMost) > 0) {
            missed.add("%s: %s after %s, more than %s; %s".formatted(death.mode(), what, took, atMost, death.cut()));
        }
    }

    /** From when on no new connection comes to the dead pod. */
    private static Instant followed(Death death) {
        return death.followed().plus(death.mode() == BackendMode.Cluster ? PROXIES : PROGRAMMING);
    }

    /** Without probes nobody is excluded, and it takes as long as Kubernetes takes. */
    private static List<String> missedWithout(Death death) {
        PowerCut cut = death.cut();
        Duration dropped = Duration.between(cut.at(), cut.dropped().orElseThrow());
        return cut.when(Notice.EXCLUDED).isPresent() || dropped.compareTo(EXCLUSION.plus(BALANCER)) < 0
                ? List.of("%s: taken out without probing; %s".formatted(death.mode(), cut))
                : List.of();
    }

    private static String row(Death death, Probing probing) {
        PowerCut cut = death.cut();
        return "| %s | %s | %s | %s | %s | %s | %,d | %,d |"
                .formatted(
                        death.mode(),
                        probing,
                        seconds(cut, cut.when(Notice.EXCLUDED)),
                        seconds(cut, cut.when(Notice.DETACHED)),
                        seconds(cut, cut.dropped()),
                        seconds(cut, cut.when(Notice.CLAIMED)),
                        death.result().failures().size(),
                        probing == Probing.Enabled
                                ? death.failuresOpenedAfter(followed(death)).size()
                                : death.failuresOpenedAfter(cut.dropped().orElseThrow())
                                        .size());
    }

    private static String seconds(PowerCut cut, Optional<Instant> moment) {
        return moment.map(m -> "%.1f".formatted(Duration.between(cut.at(), m).toMillis() / 1000.0))
                .orElse("–");
    }

    /** No member is taken out because the machine is short of time. */
    private static List<String> busy(RunningLab running) throws InterruptedException {
        try (var scenario = Death.serving(running.lab(), running.cloud(), BackendMode.Local, Probing.Enabled)) {
            AuditLog audit = running.lab().audit();
            var busy = new ArrayList<Process>();
            try {
                for (int i = 0; i < 3 * Runtime.getRuntime().availableProcessors(); i++) {
                    busy.add(new ProcessBuilder("yes")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start());
                }
                Thread.sleep(A_BUSY_MINUTE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                busy.forEach(Process::destroyForcibly);
            }
            List<AuditLog.Request> writes = audit.ofOperator().stream()
                    .filter(r -> r.wrote() && List.of("nodes", "pods").contains(r.resource()))
                    .toList();
            System.out.println(
                    "%na busy minute: %s; %d writes to nodes and pods".formatted(scenario.end(), writes.size()));
            return writes.stream().map(w -> "a busy minute: " + w).toList();
        }
    }
}
