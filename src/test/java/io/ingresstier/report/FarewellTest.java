package io.ingresstier.report;

import static io.ingresstier.world.ClusterScenario.ALIBABA;
import static io.ingresstier.world.ClusterScenario.ROLE;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.api.ConditionType;
import io.ingresstier.apply.Written;
import io.ingresstier.plan.Planner;
import io.ingresstier.world.Action;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.Edits;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.Originals;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.ServiceOriginal;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.TierAction;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people are told when a tier ends, and what the status keeps for that end. */
class FarewellTest {

    private static final String KEY = ALIBABA + "backend-label";

    private World found;
    private Originals originals;

    @BeforeEach
    void whatWasFound() {
        found = cluster().service(Traffic.LOCAL).world();
        originals = new Originals(
                new ObjectKey("kube-system", Originals.name("default")),
                "uid-originals",
                "5",
                "uid-tier",
                List.of(ServiceOriginal.of(found.services().get(SERVICE), Set.of(KEY))),
                Optional.of(2),
                new TreeMap<>(Map.of("controller", "registry.example/ingress-nginx:1")),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void what_was_put_back_is_told_once_the_record_goes() {
        World world = deleted(recorded(found));

        assertThat(reasons(world, new OriginalsAction.ForgetOriginals(originals)))
                .containsExactly("Restored");
        assertThat(reasons(world)).isEmpty();
    }

    @Test
    void every_edit_of_somebody_else_is_named_with_what_was_there_before() {
        var service = found.services()
                .get(SERVICE)
                .with(new Edits(
                        Map.of(), Map.of(KEY, Optional.of("pool=blue")), Map.of("track", Optional.of("stable"))));
        World changed = found.with(service).with(found.incumbent().orElseThrow().withReplicas(5));
        World world = deleted(recorded(changed));

        assertThat(notes(world, new OriginalsAction.ForgetOriginals(originals)))
                .filteredOn(n -> n.reason().equals("ForeignEditKept"))
                .extracting(Note::message)
                .satisfiesExactly(
                        m -> assertThat(m)
                                .isEqualTo(
                                        "Service kube-system/nginx-ingress-lb: annotation %s was absent and is \"pool=blue\"; that was not the tier's doing and stays."
                                                .formatted(KEY)),
                        m -> assertThat(m).contains("the selector was {app=ingress-nginx} and is", "track=stable"),
                        m -> assertThat(m)
                                .contains(
                                        "Deployment kube-system/nginx-ingress-controller: replicas were 2 and are 5"));
    }

    @Test
    void a_record_that_is_gone_is_told_with_what_is_left_running() {
        World marked = found.after(claim(found)).with(marked(found));
        World world = deleted(marked);

        assertThat(notes(
                        world, new ServiceAction.UnmarkService(marked.services().get(SERVICE)), removal(marked)))
                .singleElement()
                .satisfies(n -> {
                    assertThat(n.warning()).isTrue();
                    assertThat(n.reason()).isEqualTo("RestoreIncomplete");
                    assertThat(n.message())
                            .contains("ConfigMap kube-system/ingresstier-default-originals", "is gone")
                            .contains("the role label on n3", "Service kube-system/nginx-ingress-lb")
                            .endsWith("Put back by hand what is needed.");
                });
    }

    @Test
    void a_tier_without_a_mark_ends_without_a_word() {
        assertThat(reasons(deleted(found), new TierAction.RemoveFinalizer("default", "1")))
                .isEmpty();
    }

    @Test
    void force_tells_what_stays_and_what_could_not_be_written() {
        World marked = recorded(found).after(claim(found));
        World world = deleted(marked);
        world.tier().getMetadata().setAnnotations(Map.of(Marks.FORCE_DELETE, "true"));
        var refused = new Written(removal(marked), Optional.of("nodes \"n3\" is forbidden"), false);

        assertThat(Farewell.of(
                        Planner.plan(world), List.of(refused, made(new TierAction.RemoveFinalizer("default", "1")))))
                .singleElement()
                .satisfies(n -> assertThat(n.message())
                        .contains("the role label on n3", "The Deployment had 2 replicas when the tier found it.")
                        .contains("What could not be written: RemoveMarks Node n3: nodes \"n3\" is forbidden"));
    }

    @Test
    void another_value_than_true_is_told_to_be_ignored() {
        World world = deleted(recorded(found));
        world.tier().getMetadata().setAnnotations(Map.of(Marks.FORCE_DELETE, "yes"));

        assertThat(StatusReport.of(Planner.plan(world), List.of())
                        .condition(ConditionType.Ready)
                        .orElseThrow()
                        .getMessage())
                .endsWith("is \"yes\", which is ignored; only \"true\" lets the deletion through.");
    }

    @Test
    void the_status_keeps_the_digest_of_the_moment_when_the_record_was_made() {
        var record = new OriginalsAction.RecordOriginals(originals, "default");
        found.tier().setStatus(StatusReport.of(Planner.plan(found), List.of(made(record))));
        assertThat(digest(found)).isEqualTo(originals.digest());

        var altered = new Originals(
                originals.key(),
                originals.uid(),
                "6",
                originals.tierUid(),
                List.of(),
                Optional.of(9),
                new TreeMap<>(),
                Optional.empty(),
                Optional.empty());
        World later = found.after(new OriginalsAction.RecordOriginals(altered, "default"));
        later.tier().setStatus(StatusReport.of(Planner.plan(later), List.of()));
        assertThat(digest(later)).isEqualTo(originals.digest());
        assertThat(later.recorded()).isEmpty();
    }

    @Test
    void a_status_that_lost_the_digest_takes_it_from_the_record_again() {
        World world = recorded(found);

        world.tier().setStatus(StatusReport.of(Planner.plan(world), List.of()));

        assertThat(digest(world)).isEqualTo(originals.digest());
    }

    private static String digest(World world) {
        return world.tier().getStatus().takeover().originalsRef().digest();
    }

    private World recorded(World world) {
        return world.after(new OriginalsAction.RecordOriginals(originals, "default"));
    }

    private static World deleted(World world) {
        world.tier().getMetadata().setDeletionTimestamp(world.now().toString());
        return world;
    }

    private static NodeAction claim(World world) {
        return new NodeAction.ClaimNode(world.nodes().get("n3"), "default", "uid-tier", ROLE, "true", world.now());
    }

    private static NodeAction removal(World world) {
        return new NodeAction.RemoveMarks(world.nodes().get("n3"), Optional.empty());
    }

    private static ServiceView marked(World world) {
        return world.services()
                .get(SERVICE)
                .with(Edits.annotations(
                        Map.of(Marks.ATTACHED_AT, Optional.of(world.now().toString()))));
    }

    private static Written made(Action action) {
        return new Written(action, Optional.empty(), false);
    }

    private static List<Note> notes(World world, Action... made) {
        return Farewell.of(
                Planner.plan(world), Stream.of(made).map(FarewellTest::made).toList());
    }

    private static List<String> reasons(World world, Action... made) {
        return notes(world, made).stream().map(Note::reason).toList();
    }
}
