package io.ingresstier.history;

import static io.ingresstier.history.Story.annotation;
import static io.ingresstier.history.Story.label;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.IngressTier;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.world.Marks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each judge of a history: what the design does holds, and what it forbids is found and named. */
class InvariantsTest {

    private final Story story = new Story(BackendMode.Local);

    @ParameterizedTest
    @EnumSource(BackendMode.class)
    void takeover_and_restore_in_the_designed_order_break_nothing(BackendMode mode) {
        var whole = new Story(mode).takeOver().pass(60).deleteTier().pass(5);
        List.of("n3", "n4", "n5").forEach(whole::leave);
        whole.weDelete(DaemonSet.class, Incumbent.NAME);

        assertThat(whole.breaches()).isEmpty();
    }

    @Test
    void i1_attaching_before_a_member_serves_is_found() {
        story.we(StoryObjects.workload()).claim("n3").pass(30).attach();

        assertThat(story.breaches()).singleElement().asString().startsWith("I1: of kube-system/nginx-ingress-lb 1");
    }

    @Test
    void i1_two_members_that_go_at_once_are_found_at_the_second_write() {
        story.takeOver()
                .pass(60)
                .they(IngressTier.class, StoryObjects.TIER, t -> t.getMetadata().setGeneration(2L));
        story.release("n3").release("n4");

        assertThat(only("I1", story)).singleElement().asString().contains("1 would be left of 2", "Node /n4");
    }

    @Test
    void i1_what_is_lost_although_nobody_took_it_is_found_wherever_it_was_lost() {
        story.takeOver().lose(StoryObjects.SERVICE);

        assertThat(only("I1", story)).singleElement().asString().contains("reaches 0, had reached 5, and 2 must be");
    }

    @Test
    void i1_a_node_that_dies_is_nobodys_write() {
        story.takeOver().pass(60).theyDelete(Node.class, "n3").theyDelete(Pod.class, "tier-n3");
        story.theyDelete(Node.class, "n4").theyDelete(Pod.class, "tier-n4");

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void i2_retiring_before_the_soak_is_over_is_found() {
        story.claim()
                .pass(30)
                .attach()
                .pass(1)
                .narrow()
                .pass(StoryObjects.DRAIN + 5)
                .scale(0);

        assertThat(story.breaches())
                .singleElement()
                .asString()
                .startsWith("I2: the incumbent goes before 20 s of soak");
    }

    @Test
    void i2_retiring_while_a_member_does_not_serve_is_found() {
        story.claim()
                .pass(30)
                .attach()
                .pass(30)
                .narrow()
                .pass(15)
                .sicken("tier-n5")
                .scale(0);

        assertThat(story.breaches())
                .singleElement()
                .asString()
                .contains("I2", "2 of 3 members serve", "/spec/replicas");
    }

    @Test
    void i3_an_incumbent_that_stops_while_it_is_reached_is_found() {
        // In Local mode no balancer sends to the incumbent's nodes any more; in Cluster mode every member does.
        story.claim().pass(30).attach().pass(30).scale(0);
        assertThat(story.breaches()).isEmpty();

        var cluster = new Story(BackendMode.Cluster)
                .claim()
                .pass(30)
                .attach()
                .pass(30)
                .scale(0);
        assertThat(only("I3", cluster)).hasSize(2).allMatch(b -> b.contains("pod kube-system/old-"));
    }

    @Test
    void i3_a_member_that_stops_before_the_drain_window_is_over_is_found() {
        story.takeOver().pass(60).deleteTier().pass(5);
        story.exclude("n3").pass(2).detach("n3").pass(StoryObjects.DRAIN - 3).release("n3");

        assertThat(story.breaches()).singleElement().asString().startsWith("I3: pod kube-system/tier-n3 on n3 stops");
    }

    @Test
    void i3_a_pod_that_leaves_the_services_before_its_node_has_left_the_balancer_is_found() {
        story.takeOver().pass(60).deleteTier().pass(5);
        story.exclude("n3").pass(1).detach("n3").pass(StoryObjects.DRAIN + 2).release("n3");

        assertThat(story.breaches())
                .singleElement()
                .asString()
                .contains("I3: pod kube-system/tier-n3 leaves kube-system/nginx-ingress-lb", "n3 could be sent to");
    }

    @Test
    void i3_behind_a_balancer_that_sends_to_pods_a_pod_may_leave_at_once() {
        var direct = new Story(BackendMode.PodDirect)
                .takeOver()
                .pass(60)
                .deleteTier()
                .pass(5);
        direct.detach("n3").pass(StoryObjects.DRAIN + 2).release("n3");

        assertThat(direct.breaches()).isEmpty();
    }

    @Test
    void i3_a_workload_deleted_under_members_that_serve_is_found() {
        story.takeOver().pass(60).deleteTier().pass(5).weDelete(DaemonSet.class, Incumbent.NAME);

        assertThat(only("I3", story)).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(BackendMode.class)
    void a_rollout_in_the_designed_order_breaks_nothing(BackendMode mode) {
        var whole = new Story(mode)
                .takeOver()
                .pass(60)
                .they(IngressTier.class, StoryObjects.TIER, t -> t.getMetadata().setGeneration(2L));
        whole.template("2");
        for (String node : List.of("n3", "n4", "n5")) {
            whole.exclude(node)
                    .pass(5)
                    .detach(node)
                    .pass(StoryObjects.DRAIN + 2)
                    .restart(node, "2");
            whole.pass(5).include(node).pass(5);
        }

        assertThat(whole.breaches()).isEmpty();
    }

    @Test
    void i3_a_pod_that_is_restarted_before_it_is_drained_is_found() {
        rollout()
                .exclude("n3")
                .pass(2)
                .detach("n3")
                .pass(StoryObjects.DRAIN - 3)
                .restart("n3", "2");

        assertThat(story.breaches()).singleElement().asString().startsWith("I3: pod kube-system/tier-n3 on n3 stops");
    }

    @Test
    void i5_a_pod_that_is_up_to_date_or_somebody_elses_and_is_deleted_is_found() {
        rollout()
                .exclude("n3")
                .pass(5)
                .detach("n3")
                .pass(StoryObjects.DRAIN + 2)
                .restart("n3", "2");
        story.sicken("tier-n3").restart("n3", "2");
        story.they(StoryObjects.pod("shop", "n6", Map.of("app", "shop")))
                .sicken("shop")
                .weDelete(Pod.class, "shop");

        assertThat(story.breaches())
                .satisfiesExactly(
                        b -> assertThat(b).contains("I5", "not its own", "Pod kube-system/tier-n3"),
                        b -> assertThat(b).contains("I5", "not its own", "Pod kube-system/shop"));
    }

    private Story rollout() {
        return story.takeOver()
                .pass(60)
                .they(IngressTier.class, StoryObjects.TIER, t -> t.getMetadata().setGeneration(2L))
                .template("2");
    }

    @Test
    void i4_a_second_member_that_is_sent_away_too_early_is_found() {
        story.takeOver().pass(60).deleteTier().pass(5);
        story.exclude("n3").pass(5).detach("n3").pass(StoryObjects.DRAIN - 1).exclude("n4");

        assertThat(story.breaches()).singleElement().asString().contains("I4", "[n3, n4]", "Node /n4");
    }

    @Test
    void i5_a_field_of_somebody_else_is_found() {
        story.we(Node.class, "n3", n -> n.getSpec().setUnschedulable(true));
        story.we(Service.class, StoryObjects.SERVICE, s -> s.getSpec().setExternalTrafficPolicy("Cluster"));
        story.we(Pod.class, "old-1", label("other", "label"));
        story.we(StoryObjects.configMap("kube-proxy"));

        assertThat(story.breaches())
                .satisfiesExactly(
                        b -> assertThat(b).contains("I5", "/spec/unschedulable", "Node /n3"),
                        b -> assertThat(b)
                                .contains("I5", "/spec/externalTrafficPolicy was \"Local\" and is \"Cluster\""),
                        b -> assertThat(b).contains("I5", "/metadata/labels/other"),
                        b -> assertThat(b).contains("I5", "ConfigMap kube-system/kube-proxy", "created"));
    }

    @Test
    void i5_the_tiers_own_taint_may_come_and_go_and_no_other() {
        Taint ours = new Taint("NoSchedule", StoryObjects.ROLE, null, "true");
        Taint theirs = new Taint("NoSchedule", "dedicated", null, "shop");
        story.they(Node.class, "n3", n -> n.getSpec().setTaints(List.of(theirs)));
        story.we(Node.class, "n3", n -> {
            n.getSpec().setTaints(List.of(theirs, ours));
            Story.<Node>annotation(Marks.TAINTED, StoryObjects.ROLE + "=true:NoSchedule")
                    .accept(n);
        });
        story.we(Node.class, "n3", n -> {
            n.getSpec().setTaints(List.of(theirs));
            Story.<Node>annotation(Marks.TAINTED, null).accept(n);
        });
        assertThat(story.breaches()).isEmpty();

        story.we(Node.class, "n3", n -> n.getSpec().setTaints(List.of()));
        assertThat(story.breaches()).singleElement().asString().contains("I5", "dedicated", "Node /n3");
    }

    @Test
    void i5_a_label_that_was_found_and_is_removed_is_found() {
        story.they(Node.class, "n3", label(StoryObjects.ROLE, "true")).we(StoryObjects.workload());
        story.claim("n3").sicken("tier-n3").release("n3");

        assertThat(story.breaches()).singleElement().asString().contains("I5", StoryObjects.ROLE + ", which was found");
    }

    @Test
    void i5_an_annotation_that_was_found_may_be_replaced_and_must_come_back() {
        var restored = new Story(BackendMode.Local);
        for (Story each : List.of(story, restored)) {
            each.they(Service.class, StoryObjects.SERVICE, annotation(StoryObjects.BACKENDS, "pool=edge"));
            List.of("n1", "n2", "n3", "n4", "n5").forEach(n -> each.they(Node.class, n, label("pool", "edge")));
            each.claim().pass(30).attach();
        }
        story.we(Service.class, StoryObjects.SERVICE, annotation(StoryObjects.BACKENDS, null));
        restored.we(Service.class, StoryObjects.SERVICE, annotation(StoryObjects.BACKENDS, "pool=edge"));

        assertThat(story.breaches()).singleElement().asString().contains("I5", StoryObjects.BACKENDS);
        assertThat(restored.breaches()).isEmpty();
    }

    @Test
    void i6_a_node_that_comes_to_two_tiers_is_found() {
        story.they(StoryObjects.tier("edge", "example.com/edge"));
        story.they(Node.class, "n3", label("example.com/edge", "true"));
        story.we(StoryObjects.workload()).claim("n3");
        story.we(Node.class, "n3", annotation(Marks.TIER, "edge"));

        assertThat(only("I6", story))
                .anyMatch(b -> b.contains("labelled for tier default and carries that of tier edge"))
                .anyMatch(b -> b.contains("goes from tier default to tier edge"));
    }

    @Test
    void i8_a_write_after_the_tier_has_converged_is_found() {
        story.takeOver().pass(60).we(Node.class, "n3", annotation(Marks.CLAIMED_AT, "again"));

        assertThat(story.breaches())
                .singleElement()
                .asString()
                .contains("I8", "claimed-at was absent and is \"again\"");
    }

    @Test
    void i8_a_status_of_an_older_picture_may_be_written_before_the_answer_to_a_change() {
        story.takeOver().pass(60).they(Node.class, "n6", label("pool", "edge")).converge();
        story.pass(1).we(Node.class, "n3", annotation(Marks.CLAIMED_AT, "an answer"));
        assertThat(story.breaches()).isEmpty();
        story.converge().pass(15).we(Node.class, "n3", annotation(Marks.CLAIMED_AT, "none"));
        assertThat(story.breaches()).singleElement().asString().contains("I8", "is \"none\"");
    }

    @Test
    void i8_what_somebody_else_changed_may_be_repaired() {
        story.takeOver().pass(60).they(Node.class, "n6", label(StoryObjects.ROLE, "true"));
        story.we(Node.class, "n6", annotation(Marks.TIER, StoryObjects.TIER));
        story.we(Node.class, "n6", annotation(Marks.CLAIMED_AT, "now"));

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void i16_the_last_backend_of_a_stranger_that_is_taken_is_found() {
        story.they(StoryObjects.stranger("shop")).they(StoryObjects.pod("shop", "n3", Map.of("app", "shop")));
        story.takeOver().pass(60).deleteTier().pass(5).exclude("n3");

        assertThat(story.breaches())
                .singleElement()
                .asString()
                .startsWith("I16: of kube-system/shop 0 would be left of 1");
    }

    @Test
    void a_breach_names_who_wrote_what_was_before_and_what_is_after() {
        story.we(Node.class, "n3", n -> {
            n.getSpec().setUnschedulable(true);
            n.getMetadata()
                    .setManagedFields(List.of(new ManagedFieldsEntryBuilder()
                            .withManager("ingresstier-operator")
                            .withOperation("Update")
                            .build()));
        });

        assertThat(story.breaches())
                .singleElement()
                .asString()
                .matches("I5: the operator writes /spec/unschedulable, which is not its own; revision \\d+, "
                        + "2026-01-01T00:00:00Z of Node /n3 by the operator \\[ingresstier-operator]: "
                        + "/spec/unschedulable was absent and is true");
    }

    private static List<String> only(String invariant, Story story) {
        return story.breaches().stream()
                .filter(b -> b.startsWith(invariant + ":"))
                .toList();
    }
}
