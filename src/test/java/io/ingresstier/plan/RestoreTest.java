package io.ingresstier.plan;

import static io.ingresstier.plan.Endings.incumbentPods;
import static io.ingresstier.plan.Endings.on;
import static io.ingresstier.plan.Endings.refusal;
import static io.ingresstier.plan.Endings.tierPods;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.ingresstier.api.DeletionPolicy;
import io.ingresstier.api.FewerReplicas;
import io.ingresstier.api.Reason;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a deletion finds changed since: by people, by Helm, by the cloud. */
class RestoreTest {

    private static SimulatedOperator takeover() {
        return SimulatedOperator.in(cluster().service(Traffic.LOCAL).world());
    }

    @Test
    void an_incumbent_that_somebody_deleted_stays_deleted_and_every_member_stays_until_it_is_created_again() {
        var operator = takeover();
        var before = operator.cluster.remembered();
        operator.untilQuiet();
        var incumbent = withoutIncumbent(operator);
        operator.done.clear();
        operator.deleteTier().untilQuiet();

        assertThat(refusal(operator, BringBack.class)).isEqualTo(Reason.IncumbentDeleted);
        assertThat(operator.plan.outcome(BringBack.class).orElseThrow().message())
                .contains("Deployment kube-system/nginx-ingress-controller", "kube-system/nginx-ingress-lb");
        assertThat(operator.done).isEmpty();

        operator.cluster.incumbent = Optional.of(incumbent.withReplicas(0));
        operator.untilQuiet();
        assertRestored(operator, before);
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isEqualTo(3);
    }

    @Test
    void an_incumbent_deleted_by_somebody_does_not_hold_what_retains() {
        var operator = takeover().untilQuiet();
        withoutIncumbent(operator);
        operator.deleteTier().untilQuiet();
        retain(operator).untilQuiet();

        assertLetGo(operator);
        assertThat(serving(operator)).hasSize(3);
    }

    @Test
    void an_incumbent_deleted_before_the_tier_served_holds_nothing() {
        var operator = takeover().untilDone(io.ingresstier.world.WorkloadAction.ApplyWorkload.class);
        operator.watch.faultless = false;
        withoutIncumbent(operator);
        operator.deleteTier().untilQuiet();

        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.workload).isEmpty();
    }

    @Test
    void pods_of_somebody_else_behind_the_service_let_the_members_go_without_the_incumbent() {
        var operator = takeover();
        var before = operator.cluster.remembered();
        operator.untilQuiet();
        withoutIncumbent(operator);
        PodView successor =
                ClusterScenario.pod("successor", Map.of("app", "ingress-nginx"), "n1", "ReplicaSet/successor", 90);
        operator.cluster.pods.put(successor.key(), successor);
        operator.platform.react();
        operator.deleteTier().untilQuiet();

        assertRestored(operator, before);
        assertThat(serving(operator)).containsExactly("successor");
    }

    @Test
    void what_helm_made_of_the_incumbent_stays() {
        for (int writes = 2; writes <= 11; writes++) {
            var operator = takeover().untilWrites(writes);
            operator.cluster.incumbent = operator.cluster.incumbent.map(i -> image(i, "registry.example/nginx:2"));
            operator.deleteTier().untilQuiet();

            assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
            assertThat(operator.cluster.incumbent.orElseThrow().images())
                    .containsEntry("controller", "registry.example/nginx:2");
        }
    }

    @Test
    void more_replicas_than_were_found_stay() {
        var operator = SimulatedOperator.in(cluster()
                        .service(Traffic.LOCAL)
                        .spec(s -> s.withRollout(r -> r.withFewerReplicas(FewerReplicas.Allow)))
                        .world())
                .untilDone(ServiceAction.AttachService.class);
        var before = operator.cluster.remembered();
        operator.cluster.scaleIncumbent(5);
        operator.platform.react();
        operator.deleteTier().untilQuiet();

        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isEqualTo(5);
        assertThat(operator.cluster.remembered()).isNotEqualTo(before);
    }

    @Test
    void a_tier_that_has_grown_gives_back_as_many_pods_as_it_has_serving() {
        var operator = takeover();
        var before = operator.cluster.remembered();
        operator.untilQuiet();
        operator.watch.faultless = false;
        operator.cluster.spec(operator.cluster.tier.getSpec().withNodes(n -> n.withReplicas(5)));
        operator.untilQuiet().forSeconds(30);
        assertThat(tierPods(operator)).hasSize(5);
        operator.deleteTier().untilQuiet();

        assertRestored(operator, before);
        assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isEqualTo(5);
    }

    @Test
    void members_whose_nodes_have_gone_hold_nothing_at_any_moment() {
        for (int writes = 0; writes <= 16; writes++) {
            var operator = takeover().untilQuiet();
            operator.watch.faultless = false;
            int made = operator.done.size();
            operator.deleteTier().untilWrites(made + writes);
            operator.cluster.nodes.remove("n4");
            operator.platform.react();
            operator.untilQuiet();

            assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
            assertUnmarked(operator);
        }
    }

    @Test
    void a_pod_that_a_silent_kubelet_never_ends_holds_nothing() {
        var operator = takeover().untilQuiet();
        operator.watch.faultless = false;
        operator.cluster.setReady("n4", false);
        operator.platform.stopSeconds = () -> 1_000_000;
        PodView stuck = on(operator, "n4");
        operator.platform.stop(stuck);
        operator.platform.stopSeconds = () -> 5;
        operator.deleteTier().forSeconds(3_000);

        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.pods).containsKey(stuck.key());
        assertUnmarked(operator);
    }

    @Test
    void a_service_that_has_gone_holds_nothing_at_any_moment() {
        for (int writes = 0; writes <= 16; writes++) {
            var operator = takeover().untilQuiet();
            operator.watch.faultless = false;
            int made = operator.done.size();
            operator.deleteTier().untilWrites(made + writes);
            operator.cluster.services.remove(SERVICE);
            operator.platform.react();
            operator.untilQuiet();

            assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
            assertThat(operator.cluster.incumbent.orElseThrow().replicas()).isGreaterThanOrEqualTo(2);
            assertUnmarked(operator);
        }
    }

    @Test
    void a_service_that_its_cloud_does_not_let_go_holds_nothing() {
        var operator = takeover().untilQuiet();
        operator.watch.faultless = false;
        operator.platform.cloud.stuck = true;
        operator.cluster.terminate(SERVICE);
        operator.deleteTier().untilQuiet();

        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertUnmarked(operator);
    }

    @Test
    void a_service_that_somebody_made_another_type_is_put_back_without_waiting_for_a_balancer() {
        var operator = takeover();
        operator.untilQuiet();
        operator.watch.faultless = false;
        operator.platform.cloud.stuck = true;
        operator.cluster.type(SERVICE, "ClusterIP");
        operator.deleteTier().untilQuiet();

        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.services.get(SERVICE).annotations().keySet())
                .noneMatch(k -> k.contains("backend-label") || k.startsWith("ingresstier.io/"));
    }

    @Test
    void a_setting_of_connection_draining_that_somebody_else_wrote_stays_and_an_older_one_of_ours_goes() {
        String drain = ClusterScenario.ALIBABA + "connection-drain-timeout";
        var operator = takeover();
        var before = operator.cluster.remembered();
        operator.untilQuiet();
        operator.cluster.spec(operator.cluster.tier.getSpec().withRollout(r -> r.withDrainSeconds(15)));
        operator.untilQuiet();
        operator.deleteTier().untilQuiet();
        assertRestored(operator, before);

        operator = takeover().untilQuiet();
        operator.cluster.annotate(SERVICE, drain, Optional.of("77"));
        operator.platform.react();
        operator.deleteTier().untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.services.get(SERVICE).annotations())
                .containsEntry(drain, "77")
                .doesNotContainKeys(ClusterScenario.LEGACY + "connection-drain-timeout", Marks.DRAINING);
    }

    @Test
    void switched_to_retain_after_any_write_of_the_deletion_whatever_runs_serves() {
        for (Traffic traffic : Traffic.values()) {
            for (int writes = 1; ; writes++) {
                var operator =
                        SimulatedOperator.in(cluster().service(traffic).world()).untilQuiet();
                int made = operator.done.size();
                operator.deleteTier().untilWrites(made + writes);
                if (operator.cluster.gone()) {
                    break;
                }
                retain(operator).untilQuiet();

                operator.platform.rest();
                assertLetGo(operator);
                assertThat(serving(operator))
                        .as("after %d writes%s", writes, operator.told())
                        .hasSameSizeAs(operator.cluster.pods.values());
            }
        }
    }

    @Test
    void a_detached_pod_is_put_back_before_its_node() {
        var operator = takeover().untilQuiet();
        operator.deleteTier().untilDone(PodAction.DetachPod.class);
        operator.done.clear();
        retain(operator).untilQuiet();

        assertThat(operator.kinds()).startsWith("UnmarkService", "AttachPod");
        int attached = operator.kinds().indexOf("AttachPod");
        String node = operator.cluster
                .pods
                .get(new io.ingresstier.world.ObjectKey(
                        "kube-system", operator.done.get(attached).split("/")[1]))
                .nodeName();
        assertThat(operator.done.indexOf("RemoveMarks " + node)).isGreaterThan(attached);
    }

    @Test
    void on_stale_sources_nothing_is_forgotten() {
        var operator = takeover().untilQuiet();
        operator.deleteTier().untilDone(ServiceAction.RestoreDraining.class);
        operator.cluster.unknown = Set.of(Source.NODES);
        operator.untilQuiet();

        assertThat(operator.cluster.gone()).isFalse();
        assertThat(operator.cluster.originals).isPresent();
        operator.cluster.unknown = Set.of();
        operator.untilQuiet();
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
    }

    private static IncumbentView withoutIncumbent(SimulatedOperator operator) {
        IncumbentView incumbent = operator.cluster.incumbent.orElseThrow();
        operator.cluster.incumbent = Optional.empty();
        incumbentPods(operator).forEach(p -> operator.cluster.pods.remove(p.key()));
        operator.platform.react();
        return incumbent;
    }

    private static IncumbentView image(IncumbentView i, String image) {
        var template = new PodTemplateSpecBuilder(i.template())
                .editSpec()
                .editFirstContainer()
                .withImage(image)
                .endContainer()
                .endSpec()
                .build();
        return new IncumbentView(
                i.key(),
                i.uid(),
                i.resourceVersion(),
                i.replicas(),
                i.readyReplicas(),
                i.selector(),
                template,
                i.terminating());
    }

    private static SimulatedOperator retain(SimulatedOperator operator) {
        operator.cluster.spec(operator.cluster.tier.getSpec().withDeletionPolicy(DeletionPolicy.Retain));
        return operator;
    }

    /** The pods that the Service sends to. */
    private static List<String> serving(SimulatedOperator operator) {
        return operator.cluster.slices.stream()
                .filter(s -> s.service().equals(SERVICE))
                .flatMap(s -> s.endpoints().stream())
                .filter(e -> e.live())
                .map(e -> e.pod().orElseThrow().name())
                .toList();
    }

    private static void assertRestored(SimulatedOperator operator, Object before) {
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.remembered()).as(operator.told()).isEqualTo(before);
    }

    private static void assertLetGo(SimulatedOperator operator) {
        assertThat(operator.cluster.gone()).as(operator.told()).isTrue();
        assertThat(operator.cluster.originals).isEmpty();
        assertUnmarked(operator);
        assertThat(operator.cluster.services.get(SERVICE).annotations().keySet())
                .noneMatch(k -> k.startsWith("ingresstier.io/"));
        assertThat(operator.cluster.services.get(SERVICE).selector()).containsOnlyKeys("app");
        assertThat(operator.cluster.pods.values())
                .allMatch(p -> !p.annotations().containsKey(Marks.DETACHED_AT));
    }

    private static void assertUnmarked(SimulatedOperator operator) {
        assertThat(operator.cluster.nodes.values())
                .as(operator.told())
                .allMatch(n -> n.annotations().isEmpty() && !n.labels().containsKey(Marks.EXCLUDE));
    }
}
