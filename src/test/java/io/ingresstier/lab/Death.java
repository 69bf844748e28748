package io.ingresstier.lab;

import static io.ingresstier.lab.Incumbent.NAMESPACE;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.Probing;
import io.ingresstier.lab.PowerCut.Notice;
import io.ingresstier.world.Marks;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A tier under traffic, one member of which loses its power, until another node was claimed in its place.
 *
 * @param cut who noticed it when
 * @param stalled how long this JVM, which dates some of that, stood still at the worst
 */
record Death(BackendMode mode, PowerCut cut, TrafficResult result, Duration stalled) {

    /** How long a member is lost until another takes its place, as {@code death-tier.yaml} has it. */
    static final Duration REPLACE_AFTER = Duration.ofSeconds(20);

    /** The first probe that is lost begins the silence, and may have been sent so long before the cut. */
    static final Duration PROBE = Duration.ofMillis(500);

    private static final Load LOAD = Load.requests(200);
    private static final int AFTERWARDS = 2_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Takes over, cuts the power of a member and goes on sending after another was claimed; boots it again. */
    static Death under(Lab lab, Cloud cloud, BackendMode mode, Probing probing) {
        try (var scenario = serving(lab, cloud, mode, probing);
                var stalls = Stalls.watch();
                var cut = PowerCut.of(lab, cloud, victim(lab), mode)) {
            awaitNotice(cut, Notice.CLAIMED);
            await("the balancer to follow")
                    .atMost(PATIENCE)
                    .until(() -> cut.dropped().isPresent());
            Duration stalled = stalls.worst();
            scenario.sendMore(AFTERWARDS);
            return new Death(mode, cut, scenario.end(), stalled);
        }
    }

    /** A tier that has taken over, under this test's traffic; the caller closes it. */
    static Scenario serving(Lab lab, Cloud cloud, BackendMode mode, Probing probing) {
        var scenario = new Scenario(lab, cloud, mode, LOAD, "death-tier.yaml");
        try {
            scenario.takeOver();
            lab.kubectl(
                    "patch",
                    "itier",
                    "default",
                    "--type=merge",
                    "-p",
                    "{\"spec\":{\"nodes\":{\"probing\":\"%s\"}}}".formatted(probing));
            await().atMost(PATIENCE)
                    .until(() -> scenario.steps().ready()
                            && scenario.steps()
                                            .tier()
                                            .orElseThrow()
                                            .getSpec()
                                            .nodes()
                                            .probing()
                                    == probing);
            return scenario;
        } catch (RuntimeException e) {
            scenario.close();
            throw e;
        }
    }

    /** What failed on connections that were opened after this moment. */
    List<TrafficLine.Failure> failuresOpenedAfter(Instant moment) {
        return result.failures().stream()
                .filter(f -> f.opened().isAfter(moment))
                .toList();
    }

    /** From when on the balancer sends nothing to the dead member, and in Cluster mode no other node does. */
    Instant followed() {
        Instant dropped = cut.dropped().orElseThrow();
        Optional<Instant> detached = mode == BackendMode.Cluster ? cut.when(Notice.DETACHED) : Optional.empty();
        return detached.filter(dropped::isBefore).orElse(dropped);
    }

    private static Pod victim(Lab lab) {
        return lab.client().pods().inNamespace(NAMESPACE).withLabel(Marks.TIER).list().getItems().stream()
                .max(Comparator.comparing(pod -> pod.getSpec().getNodeName()))
                .orElseThrow();
    }

    private static void awaitNotice(PowerCut cut, Notice notice) {
        await(notice.name().toLowerCase(Locale.ROOT))
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> cut.when(notice).isPresent());
    }
}
