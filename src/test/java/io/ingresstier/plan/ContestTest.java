package io.ingresstier.plan;

import static io.ingresstier.plan.AcceptanceTest.ordinary;
import static io.ingresstier.plan.Endings.assertTakenOver;
import static io.ingresstier.world.ClusterScenario.ALIBABA;
import static io.ingresstier.world.ClusterScenario.ROLE;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.ingresstier.api.Isolation;
import io.ingresstier.api.Reason;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Edits;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Rival;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.WriteHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** I14: another writer who puts things back at every chance. */
class ContestTest {

    private static final Duration LONG = Duration.ofMinutes(45);

    /** What a rival puts back whenever he finds it otherwise, and the write that this undoes. */
    private enum Undoes {
        THE_SELECTION("AttachService", o -> change(o, keeping(o, k -> !k.equals(ALIBABA + "backend-label")))),
        EVERY_ANNOTATION(
                "EnableDraining",
                o -> change(o, keeping(o, k -> !k.contains("backend-label") && !k.startsWith("ingresstier.io/")))),
        REPLICAS("ScaleIncumbent", o -> {
            if (o.cluster.incumbent.orElseThrow().replicas() == 0) {
                o.cluster.scaleIncumbent(2);
            }
        }),
        SELECTOR("NarrowSelector", o -> {
            // So that there is a reason to narrow it.
            REPLICAS.rival.accept(o);
            if (o.cluster.services.get(SERVICE).selector().containsKey(Marks.TIER)) {
                var wide = o.cluster
                        .services
                        .get(SERVICE)
                        .with(new Edits(Map.of(), Map.of(), Map.of(Marks.TIER, Optional.empty())));
                o.cluster.put(wide, wide.labels());
            }
        }),
        NODE_LABEL("ClaimNode", o -> {
            var node = o.cluster.nodes.get("n3");
            if (node.labels().containsKey(ROLE)) {
                o.cluster.put(node.with(Edits.of(Map.of(ROLE, Optional.empty()), Map.of())));
            }
        }),
        THE_TAINT("TaintNode", o -> {
            var node = o.cluster.nodes.get("n3");
            if (!node.taints().isEmpty()) {
                o.cluster.put(SimulatedCluster.node(node, node.labels(), node.unschedulable(), List.of()));
            }
        }),
        TEMPLATE("ApplyWorkload", o -> {
            var found = o.cluster.workload.orElseThrow();
            var changed = new DaemonSetBuilder(found)
                    .editSpec()
                    .editTemplate()
                    .editSpec()
                    .editFirstContainer()
                    .withImage("rival:1")
                    .endContainer()
                    .endSpec()
                    .endTemplate()
                    .endSpec()
                    .build();
            if (!changed.equals(found)) {
                o.cluster.workload = Optional.of(changed);
            }
        });

        private final String write;
        private final Consumer<SimulatedOperator> rival;

        Undoes(String write, Consumer<SimulatedOperator> rival) {
            this.write = write;
            this.rival = rival;
        }

        private static Map<String, Optional<String>> keeping(
                SimulatedOperator o, java.util.function.Predicate<String> kept) {
            var removed = new HashMap<String, Optional<String>>();
            o.cluster.services.get(SERVICE).annotations().keySet().stream()
                    .filter(kept.negate())
                    .forEach(k -> removed.put(k, Optional.empty()));
            return removed;
        }

        private static void change(SimulatedOperator o, Map<String, Optional<String>> edits) {
            if (!edits.isEmpty()) {
                ServiceView changed = o.cluster.services.get(SERVICE).with(Edits.annotations(edits));
                o.cluster.put(changed, changed.labels());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsUndoneAtEveryChanceIsWrittenAtMostSixTimesInTenMinutes(Undoes what) {
        var operator = SimulatedOperator.in(ordinary()
                        .spec(s -> s.withNodes(n -> n.withIsolation(Isolation.Exclusive)))
                        .world())
                .untilQuiet();
        operator.watch.faultless = false;
        operator.done.clear();
        var times = new ArrayList<Instant>();
        Instant end = operator.cluster.now.plus(LONG);
        var contested = new ArrayList<String>();
        operator.until(o -> {
            long writes = o.kinds().stream().filter(what.write::equals).count();
            while (times.size() < writes) {
                times.add(o.cluster.now);
            }
            o.plan.refusals().stream()
                    .filter(r -> r.reason() == Reason.Contested)
                    .forEach(r -> contested.add(r.message()));
            what.rival.accept(o);
            o.platform.react();
            return !o.cluster.now.isBefore(end);
        });
        assertThat(times).as(operator.told()).hasSizeGreaterThan(WriteHistory.MOST);
        for (Instant from : times) {
            assertThat(times.stream().filter(t -> !t.isBefore(from) && t.isBefore(from.plus(Duration.ofMinutes(10)))))
                    .as("within ten minutes from %s of %s", from, times)
                    .hasSizeLessThanOrEqualTo(WriteHistory.MOST);
        }
        assertThat(contested).isNotEmpty().allMatch(m -> m.contains("undone by another writer"));
        assertThat(WriteHistory.contests(operator.cluster.world())).isNotEmpty();

        // The rival gives up.
        assertTakenOver(operator.untilQuiet());
        assertThat(WriteHistory.contests(operator.cluster.world())).isEmpty();
    }

    @Test
    void aSlipIsRepairedAtOnceAndIsNoContest() {
        var operator = SimulatedOperator.in(ordinary().world()).untilQuiet();
        operator.watch.faultless = false;
        Instant slip = operator.cluster.now;
        Undoes.THE_SELECTION.rival.accept(operator);
        operator.platform.react();
        operator.until(o -> o.kinds().stream().filter("AttachService"::equals).count() == 2);
        assertThat(operator.cluster.now).isEqualTo(slip);
        assertThat(WriteHistory.contests(operator.cluster.world())).isEmpty();
        assertTakenOver(operator.untilQuiet());
    }

    @Test
    void whoHasTheObjectsInAConfigurationOfHisOwnIsToldBeforeTheFirstWrite() {
        var cluster = new SimulatedCluster(cluster()
                .service(Traffic.LOCAL)
                .annotation(SERVICE, "argocd.argoproj.io/tracking-id", "ingress:/Service:kube-system/nginx-ingress-lb")
                .world());
        cluster.incumbent = cluster.incumbent.map(i -> new IncumbentView(
                i.key(),
                i.uid(),
                i.resourceVersion(),
                i.replicas(),
                i.readyReplicas(),
                i.selector(),
                i.template(),
                i.terminating(),
                Rival.of(Map.of("app.kubernetes.io/managed-by", "Helm"), Map.of())));
        var situation = Situation.of(cluster.world());
        assertThat(situation.accepted()).isTrue();
        List<Concern> concerns = situation.concerns().stream()
                .filter(c -> c.reason() == Reason.ManagedElsewhere)
                .toList();
        assertThat(concerns).hasSize(2);
        assertThat(concerns.get(0).message()).contains("Deployment", "Helm", "values");
        assertThat(concerns.get(1).message()).contains("Service " + SERVICE, "Argo CD", "ignoreDifferences");
    }
}
