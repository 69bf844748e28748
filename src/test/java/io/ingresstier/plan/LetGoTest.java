package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.refusal;
import static io.ingresstier.plan.Endings.tierPods;
import static io.ingresstier.world.ClusterScenario.ROLE;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.DeletionPolicy;
import io.ingresstier.api.Mode;
import io.ingresstier.api.Reason;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Originals;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.Source;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Deletions that cannot or shall not put anything back: without a record, without a namespace, by force. */
class LetGoTest {

    private static SimulatedOperator takeover() {
        return SimulatedOperator.in(cluster().service(Traffic.LOCAL).world());
    }

    @Test
    void without_the_record_everything_is_left_as_it_runs() {
        var operator = takeover().untilQuiet();
        operator.cluster.originals = Optional.empty();
        operator.untilQuiet();
        assertThat(refusal(operator, Record.class)).isEqualTo(Reason.OriginalsLost);

        operator.deleteTier().untilQuiet();

        assertLeftRunning(operator, 3);
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isZero();
    }

    @Test
    void a_record_that_somebody_altered_is_not_believed() {
        var operator = takeover().untilQuiet();
        operator.cluster.originals = operator.cluster.originals.map(o -> withReplicas(o, 9));
        operator.untilQuiet();
        assertThat(refusal(operator, Record.class)).isEqualTo(Reason.OriginalsLost);
        assertThat(operator.plan.outcome(Record.class).orElseThrow().message()).contains("does not say any more");

        operator.deleteTier().untilQuiet();

        assertLeftRunning(operator, 3);
    }

    @Test
    void a_record_altered_before_anything_was_changed_is_made_anew() {
        var operator = takeover().untilWrites(2);
        operator.cluster.originals = operator.cluster.originals.map(o -> withReplicas(o, 9));
        operator.untilWrites(4);

        assertThat(operator.kinds())
                .containsExactly("AddFinalizer", "RecordOriginals", "ForgetOriginals", "RecordOriginals");
        assertThat(operator.cluster.originals.orElseThrow().incumbentReplicas()).contains(2);
        Endings.assertTakenOver(operator.untilQuiet());
    }

    @Test
    void a_record_of_another_tier_of_the_same_name_is_not_believed() {
        var operator = takeover().untilQuiet();
        operator.cluster.originals = operator.cluster.originals.map(o -> new Originals(
                o.key(),
                o.uid(),
                o.resourceVersion(),
                "uid-of-another",
                o.services(),
                o.incumbentReplicas(),
                o.incumbentImages(),
                o.retired(),
                o.rollback()));
        operator.deleteTier().untilQuiet();

        assertLeftRunning(operator, 3);
    }

    @Test
    void a_status_that_lost_the_digest_does_not_keep_anything_from_being_put_back() {
        for (int writes = 1; writes <= 12; writes++) {
            var operator = takeover();
            var before = operator.cluster.remembered();
            operator.untilWrites(writes);
            operator.cluster.status(io.ingresstier.api.IngressTierStatus.unknown());
            operator.deleteTier().untilQuiet();

            assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
            assertThat(operator.cluster.remembered()).as(operator.told()).isEqualTo(before);
        }
    }

    @Test
    void without_the_record_and_without_a_mark_a_tier_simply_ends() {
        var operator = takeover().untilWrites(2);
        operator.cluster.originals = Optional.empty();
        operator.deleteTier();
        operator.done.clear();
        operator.untilQuiet();

        assertThat(operator.kinds()).containsExactly("RemoveFinalizer");
        assertThat(operator.cluster.gone()).isTrue();
    }

    @Test
    void a_namespace_that_goes_takes_its_objects_along_in_any_order_and_only_nodes_are_put_back() {
        for (int order = 0; order < 4; order++) {
            var operator = SimulatedOperator.in(
                            cluster().service(Traffic.LOCAL).found("n2").world())
                    .untilQuiet();
            operator.watch.faultless = false;
            operator.cluster.namespaceTerminating = true;
            operator.deleteTier();
            for (int i = 0; i < 4; i++) {
                operator.untilQuiet();
                switch ((order + i) % 4) {
                    case 0 -> operator.cluster.originals = Optional.empty();
                    case 1 -> operator.cluster.workload = Optional.empty();
                    case 2 -> operator.cluster.services.remove(SERVICE);
                    default -> operator.cluster.incumbent = Optional.empty();
                }
                operator.platform.react();
            }
            operator.untilQuiet();

            assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
            assertThat(operator.kinds()).doesNotContain("RestoreIncumbent", "RestoreService", "DeleteWorkload");
            assertThat(operator.cluster.nodes.values())
                    .allMatch(n -> n.annotations().isEmpty())
                    .allMatch(n -> !n.labels().containsKey(Marks.EXCLUDE))
                    .allMatch(n -> n.labels().containsKey(ROLE) == n.name().equals("n2"));
        }
    }

    @Test
    void by_force_a_tier_ends_in_one_pass_after_any_write_and_whatever_serves_goes_on() {
        for (Traffic traffic : Traffic.values()) {
            for (boolean deleting : List.of(false, true)) {
                for (int writes = 1; ; writes++) {
                    var operator =
                            SimulatedOperator.in(cluster().service(traffic).world());
                    if (deleting) {
                        operator.untilQuiet().deleteTier();
                    }
                    int made = operator.done.size() + writes;
                    operator.untilWrites(made);
                    if (operator.done.size() < made || operator.cluster.gone()) {
                        break;
                    }
                    int pods = tierPods(operator).size();
                    int replicas = operator.cluster.incumbent.orElseThrow().replicas();
                    force(operator, "true").deleteTier().pass();

                    assertLeftRunning(operator, pods);
                    assertThat(operator.cluster.incumbent.orElseThrow().replicas())
                            .isEqualTo(replicas);
                }
            }
        }
    }

    @Test
    void by_force_a_tier_ends_whatever_holds_it_otherwise() {
        var operator = takeover().untilQuiet();
        operator.cluster.spec(operator.cluster.tier.getSpec().withMode(Mode.Paused));
        operator.cluster.unknown = Set.of(Source.ENDPOINTS);
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).isFalse();

        force(operator, "true").untilQuiet();

        assertLeftRunning(operator, 3);
    }

    @Test
    void force_without_a_deletion_or_with_another_value_changes_nothing() {
        var operator = force(takeover(), "true").untilQuiet();
        Endings.assertTakenOver(operator);
        for (String value : List.of("True", "yes", "")) {
            force(operator, value);
            operator.cluster.deleteTier();
            assertThat(Direction.of(operator.cluster.world())).isEqualTo(Direction.RESTORE);
        }
    }

    @Test
    void retain_goes_before_everything_but_force() {
        var operator = takeover().untilDone(ServiceAction.AttachService.class);
        operator.cluster.namespaceTerminating = true;
        operator.cluster.spec(operator.cluster.tier.getSpec().withDeletionPolicy(DeletionPolicy.Retain));
        operator.cluster.deleteTier();
        assertThat(Direction.of(operator.cluster.world())).isEqualTo(Direction.RETAIN);
        force(operator, "true");
        assertThat(Direction.of(operator.cluster.world())).isEqualTo(Direction.FORCED);
    }

    private static SimulatedOperator force(SimulatedOperator operator, String value) {
        operator.cluster.annotateTier(Marks.FORCE_DELETE, Optional.of(value));
        return operator;
    }

    private static Originals withReplicas(Originals o, int replicas) {
        return new Originals(
                o.key(),
                o.uid(),
                o.resourceVersion(),
                o.tierUid(),
                o.services(),
                Optional.of(replicas),
                new TreeMap<>(o.incumbentImages()),
                o.retired(),
                o.rollback());
    }

    /** No mark is left, and no pod of the tier was stopped. */
    private static void assertLeftRunning(SimulatedOperator operator, int pods) {
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.originals).as(operator.told()).isEmpty();
        assertThat(tierPods(operator)).as(operator.told()).hasSize(pods);
        assertThat(operator.cluster.services.get(SERVICE).annotations().keySet())
                .noneMatch(k -> k.startsWith("ingresstier.io/"));
        assertThat(operator.cluster.services.get(SERVICE).selector()).containsOnlyKeys("app");
        assertThat(operator.cluster.nodes.values())
                .allMatch(n -> n.annotations().isEmpty() && !n.labels().containsKey(Marks.EXCLUDE));
        assertThat(tierPods(operator))
                .allMatch(p -> p.labels().containsKey("app") && !p.annotations().containsKey(Marks.DETACHED_AT));
    }
}
