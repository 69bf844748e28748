package io.ingresstier.lab;

import static io.ingresstier.lab.Incumbent.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.Probing;
import io.ingresstier.lab.PowerCut.Notice;
import io.ingresstier.world.Marks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A member whose power is cut under traffic: only what was on it, or was sent to it before it was taken out, is lost.
 */
@LabLevel
class DeathIT {

    /** With {@code -Ddeath.all=true} there is more to measure than a check has the time for. */
    private static final String ALL = "death.all";

    private static final Load LOAD = Load.requests(200);
    private static final Duration REPLACE_AFTER = Duration.ofSeconds(20);
    /** The first probe that is lost begins the silence, and may have been sent so long before the cut. */
    private static final Duration PROBE = Duration.ofMillis(500);
    /** From the silence to the exclusion. */
    private static final Duration AT_MOST = Duration.ofSeconds(2);
    /** The played cloud takes 0.7 s for a sync, and may have to end another one first. */
    private static final Duration BALANCER = Duration.ofMillis(1500);
    /** From the exclusion until the pod is out of its Services where other nodes send to it too. */
    private static final Duration DETACHING = Duration.ofSeconds(1);
    /** Slices and the proxies of other nodes follow a pod that is detached. */
    private static final Duration PROXIES = Duration.ofMillis(500);
    /** What HAProxy had accepted when it was told, and had not sent on yet, goes to whom it knew then. */
    private static final Duration PROGRAMMING = Duration.ofMillis(200);

    private static final Duration A_BUSY_MINUTE = Duration.ofMinutes(1);

    @ParameterizedTest
    @EnumSource
    void aDeadMemberIsTakenOutInTwoSecondsAndReplacedInTime(BackendMode mode, Lab lab, Cloud cloud) {
        try (var scenario = new Scenario(lab, cloud, mode, LOAD, "death-tier.yaml")) {
            scenario.takeOver();
            try (var stalls = Stalls.watch();
                    var cut = cut(lab, cloud, mode)) {
                awaitNotice(cut, Notice.CLAIMED);
                Duration stalled = stalls.worst();
                scenario.sendMore(2_000);
                TrafficResult result = scenario.end();
                tell(mode, Probing.Enabled, cut, result);

                assertInTime(mode, cut, stalled);
                assertThat(result.failures())
                        .filteredOn(f -> f.started().isBefore(cut.ordered().minus(Duration.ofSeconds(1))))
                        .as("lost before the cut")
                        .isEmpty();
                if (mode != BackendMode.Cluster) { // there the dead node has connections of all pods on it
                    assertThat(result.failures())
                            .extracting(TrafficLine.Failure::backend)
                            .filteredOn(Objects::nonNull)
                            .as("who had answered before on the connections that lost")
                            .allMatch(cut.pod()::equals);
                }
                Instant followed = followed(mode, cut);
                assertThat(result.failures())
                        .filteredOn(f -> f.opened().isAfter(followed))
                        .as("%s: lost on a connection that was opened after all had followed; %s", mode, cut)
                        .isEmpty();
            }
        }
    }

    /**
     * What is promised of the cut is held to the letter. Each stage from the one before is held as well, but for as
     * long as this JVM, which sees both, did not run.
     */
    private static void assertInTime(BackendMode mode, PowerCut cut, Duration stalled) {
        Instant excluded = cut.when(Notice.EXCLUDED).orElseThrow();
        Instant dropped = cut.dropped().orElseThrow();
        String what = "%s, with this JVM standing still for %d ms".formatted(cut, stalled.toMillis());
        assertThat(cut.after(Notice.EXCLUDED)).as(what).isLessThanOrEqualTo(AT_MOST);
        assertThat(Duration.between(cut.at(), dropped)).as(what).isLessThan(AT_MOST.plus(BALANCER));
        Instant told = mode == BackendMode.PodDirect ? detached(cut) : excluded;
        assertThat(Duration.between(told, dropped)).as(what).isLessThan(BALANCER.plus(stalled));
        if (mode == BackendMode.Cluster) {
            assertThat(Duration.between(excluded, detached(cut))).as(what).isLessThan(DETACHING.plus(stalled));
        }
        assertThat(cut.after(Notice.CLAIMED))
                .as(what)
                .isBetween(REPLACE_AFTER.minus(PROBE), REPLACE_AFTER.plusSeconds(1));
    }

    /** From when on no new connection comes to the dead pod. */
    private static Instant followed(BackendMode mode, PowerCut cut) {
        Instant balancer = cut.dropped().orElseThrow().plus(PROGRAMMING);
        if (mode != BackendMode.Cluster) {
            return balancer;
        }
        // The balancer may send to any node, and its proxy to the dead pod for as long as that is an endpoint.
        Instant proxies = detached(cut).plus(PROXIES);
        return proxies.isAfter(balancer) ? proxies : balancer;
    }

    private static Instant detached(PowerCut cut) {
        return cut.when(Notice.DETACHED).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = ALL, matches = "true")
    void withoutProbingItTakesAsLongAsKubernetesTakes(BackendMode mode, Lab lab, Cloud cloud) {
        try (var scenario = new Scenario(lab, cloud, mode, LOAD, "death-tier.yaml")) {
            scenario.takeOver();
            lab.kubectl(
                    "patch",
                    "itier",
                    "default",
                    "--type=merge",
                    "-p",
                    "{\"spec\":{\"nodes\":{\"probing\":\"Disabled\"}}}");
            await().until(scenario.steps()::ready);
            try (var cut = cut(lab, cloud, mode)) {
                awaitNotice(cut, Notice.NOT_READY);
                await().atMost(Duration.ofSeconds(10)).until(() -> cut.dropped().isPresent());
                scenario.sendMore(2_000);
                TrafficResult result = scenario.end();
                tell(mode, Probing.Disabled, cut, result);

                assertThat(cut.when(Notice.EXCLUDED)).as("%s", cut).isEmpty();
                assertThat(Duration.between(cut.at(), cut.dropped().orElseThrow()))
                        .as("what probing spares")
                        .isGreaterThan(AT_MOST.plus(BALANCER));
            }
        }
    }

    /** Nobody is taken out because the machine is short of time. */
    @Test
    @EnabledIfSystemProperty(named = ALL, matches = "true")
    void aBusyMinuteTakesNobodyOut(Lab lab, Cloud cloud) throws IOException, InterruptedException {
        try (var scenario = new Scenario(lab, cloud, BackendMode.Local, LOAD, "death-tier.yaml")) {
            scenario.takeOver();
            AuditLog audit = lab.audit();
            var busy = new ArrayList<Process>();
            try {
                for (int i = 0; i < 3 * Runtime.getRuntime().availableProcessors(); i++) {
                    busy.add(new ProcessBuilder("yes")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start());
                }
                Thread.sleep(A_BUSY_MINUTE);
            } finally {
                busy.forEach(Process::destroyForcibly);
            }
            assertThat(audit.ofOperator())
                    .filteredOn(r -> r.wrote() && List.of("nodes", "pods").contains(r.resource()))
                    .as("nodes and pods that the operator wrote to")
                    .isEmpty();
            write("busy", scenario.end().toString());
        }
    }

    private static PowerCut cut(Lab lab, Cloud cloud, BackendMode mode) {
        Pod victim = lab.client().pods().inNamespace(NAMESPACE).withLabel(Marks.TIER).list().getItems().stream()
                .max(Comparator.comparing(pod -> pod.getSpec().getNodeName()))
                .orElseThrow();
        return PowerCut.of(lab, cloud, victim, mode);
    }

    private static void awaitNotice(PowerCut cut, Notice notice) {
        await(notice.name().toLowerCase(Locale.ROOT))
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> cut.when(notice).isPresent());
    }

    /** The counts by phase, and every failure after the balancer had followed. */
    private static void tell(BackendMode mode, Probing probing, PowerCut cut, TrafficResult result) {
        Instant end = Instant.now();
        var late = new StringBuilder();
        cut.dropped()
                .ifPresent(dropped -> result.failures().stream()
                        .filter(f -> f.started().isAfter(dropped))
                        .forEach(f -> late.append("\n  %+.2f s, opened %+.2f s, noticed %+.2f s: %s %s (%s)"
                                .formatted(
                                        Duration.between(cut.at(), f.started()).toMillis() / 1000.0,
                                        Duration.between(cut.at(), f.opened()).toMillis() / 1000.0,
                                        Duration.between(cut.at(), f.time()).toMillis() / 1000.0,
                                        f.kind(),
                                        f.error(),
                                        f.backend()))));
        write(
                mode + "-" + probing,
                "%s, probing %s, %s%n%s%s%nlost after the balancer had followed:%s%n"
                        .formatted(mode, probing, cut, Phase.table(cut.phases(end), result), result, late));
    }

    /** For people, and for the decision record. */
    private static void write(String name, String text) {
        try {
            Files.writeString(LabScript.project().resolve("target").resolve("death-" + name + ".txt"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
