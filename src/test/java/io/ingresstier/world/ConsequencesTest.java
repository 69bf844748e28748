package io.ingresstier.world;

import static io.ingresstier.world.ClusterScenario.ROLE;
import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.START;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.ingresstier.world.ClusterScenario.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What may follow from a write at once: all that can be lost is, and nothing is gained. */
class ConsequencesTest {

    private static final DaemonSet WORKLOAD = new DaemonSetBuilder()
            .withNewMetadata()
            .withNamespace(ClusterScenario.NAMESPACE)
            .withName("nginx-ingress-controller")
            .endMetadata()
            .build();

    /** Incumbents on n1 and n2, a pod of the tier on n3. */
    private final World world =
            withTierPod(cluster().service(Traffic.LOCAL).found("n3").world());

    private final PodView tierPod = world.tierPods().getFirst();

    @Test
    void aReleasedNodeLosesItsPodAndTheEndpoint() {
        var after = world.after(new NodeAction.ReleaseNode(world.nodes().get("n3"), ROLE, Optional.empty()));
        assertThat(after.nodes().get("n3").labels()).doesNotContainKey(ROLE);
        assertThat(after.tierPods()).isEmpty();
        assertThat(endpoints(after)).containsExactly("n1", "n2");
    }

    @Test
    void aDetachedPodIsNoEndpointAndStillRuns() {
        var after = world.after(new PodAction.DetachPod(tierPod, Set.of("app"), START));
        assertThat(endpoints(after)).containsExactly("n1", "n2");
        assertThat(after.tierPods()).hasSize(1);
        assertThat(after.members().getFirst().detachedAt()).contains(START);
    }

    @Test
    void aRestartedPodIsGoneWithItsEndpointAndAnotherHasNotComeYet() {
        var after = world.after(new PodAction.RestartPod(tierPod));
        assertThat(after.tierPods()).isEmpty();
        assertThat(endpoints(after)).containsExactly("n1", "n2");
        assertThat(after.members().getFirst().pod()).isEmpty();
    }

    @Test
    void anAttachedPodHasItsLabelsAgainAndIsNoEndpointYet() {
        var detached = world.after(new PodAction.DetachPod(tierPod, Set.of("app"), START));
        var again = START.plusSeconds(60);
        var after = detached.after(new PodAction.AttachPod(
                detached.tierPods().getFirst(), Map.of("app", "ingress-nginx"), Optional.of(again)));
        assertThat(after.tierPods().getFirst().labels()).isEqualTo(tierPod.labels());
        assertThat(endpoints(after)).as("nothing has come back yet").containsExactly("n1", "n2");
        assertThat(after.members().getFirst().detachedAt()).isEmpty();
        assertThat(after.members().getFirst().attachedAt()).contains(again);
    }

    @Test
    void anIncludedMemberIsGivenTimeAgainBeforeItCountsAsSettled() {
        var again = START.plusSeconds(60);
        var excluded = world.after(new NodeAction.ExcludeNode(world.nodes().get("n3"), START));
        var after = excluded.after(new NodeAction.IncludeNode(excluded.nodes().get("n3"), Optional.of(again)));
        assertThat(after.nodes().get("n3").labels())
                .isEqualTo(world.nodes().get("n3").labels());
        assertThat(after.members().getFirst().settledSince()).contains(again);
        assertThat(after.members().getFirst().leaving()).isFalse();
    }

    @Test
    void aNarrowedServiceKeepsThePodsOfTheTierOnly() {
        var service = world.services().get(SERVICE);
        var narrowed = world.after(new ServiceAction.NarrowSelector(service, "default", START));
        assertThat(endpoints(narrowed)).containsExactly("n3");
        var widened = narrowed.after(
                new ServiceAction.WidenSelector(narrowed.services().get(SERVICE)));
        assertThat(widened.services().get(SERVICE).selector()).isEqualTo(service.selector());
        assertThat(endpoints(widened)).as("nothing has come back yet").containsExactly("n3");
    }

    @Test
    void aScaledIncumbentLosesItsPodsAndARestoredOneHasNoneYet() {
        var scaled =
                world.after(new IncumbentAction.ScaleIncumbent(world.incumbent().orElseThrow()));
        assertThat(scaled.incumbentPods()).isEmpty();
        assertThat(endpoints(scaled)).containsExactly("n3");
        var restored = scaled.after(
                new IncumbentAction.RestoreIncumbent(scaled.incumbent().orElseThrow(), 3));
        assertThat(restored.incumbent().orElseThrow().replicas()).isEqualTo(3);
        assertThat(restored.incumbentPods()).isEmpty();
    }

    @Test
    void aClaimedNodeHasNoPodYet() {
        var after = world.after(
                new NodeAction.ClaimNode(world.nodes().get("n4"), "default", "uid-tier", ROLE, "true", START));
        assertThat(after.nodes().get("n4").labelled(ROLE, "true")).isTrue();
        assertThat(after.members()).hasSize(2);
        assertThat(after.tierPods()).hasSize(1);
    }

    @Test
    void aClaimWritesDownThatTheLabelWasFound() {
        var found = world.after(
                new NodeAction.ClaimNode(world.nodes().get("n3"), "default", "uid-tier", ROLE, "true", START));
        assertThat(found.members().getFirst().found()).isTrue();
    }

    @Test
    void anAppliedDaemonSetTakesNoPodAwayAndADeletedOneAllOfThem() {
        assertThat(world.after(new WorkloadAction.ApplyWorkload(WORKLOAD)).tierPods())
                .hasSize(1);
        var after = world.after(new WorkloadAction.DeleteWorkload(WORKLOAD));
        assertThat(after.tierPods()).isEmpty();
        assertThat(endpoints(after)).containsExactly("n1", "n2");
    }

    @Test
    void anAttachedServiceCarriesSelectionTimeAndHashInOnePatch() {
        var service = world.services().get(SERVICE);
        var after = world.after(
                new ServiceAction.AttachService(service, Map.of("backend-label", "a=b"), START, Optional.of("h1")));
        assertThat(after.services().get(SERVICE).annotations())
                .containsEntry("backend-label", "a=b")
                .containsEntry(Marks.ATTACHED_AT, START.toString())
                .containsEntry(Marks.HASH_BEFORE, "h1");
    }

    @Test
    void aWriteThatChangesNothingForTheProviderOrUndoesAnUnconfirmedOneWaitsForNoHash() {
        var service = world.services().get(SERVICE);
        assertThat(new ServiceAction.AttachService(service, Map.of(), START, Optional.of("h1"))
                        .edits()
                        .annotations())
                .containsEntry(Marks.HASH_BEFORE, Optional.empty());
        var attached = service.with(
                new ServiceAction.AttachService(service, Map.of("k", "v"), START, Optional.of("h1")).edits());
        assertThat(new ServiceAction.RestoreService(attached, Map.of("k", Optional.empty()), START, Optional.of("h1"))
                        .edits()
                        .annotations())
                .containsEntry(Marks.HASH_BEFORE, Optional.empty());
        assertThat(new ServiceAction.RestoreService(attached, Map.of("k", Optional.empty()), START, Optional.of("h2"))
                        .edits()
                        .annotations())
                .containsEntry(Marks.HASH_BEFORE, Optional.of("h2"));
    }

    private static List<String> endpoints(World world) {
        return world.slicesOf(SERVICE).stream()
                .flatMap(s -> s.endpoints().stream())
                .flatMap(e -> e.nodeName().stream())
                .sorted()
                .toList();
    }

    private static World withTierPod(World world) {
        var pods = new ArrayList<>(world.pods());
        pods.add(ClusterScenario.pod(
                "tier-n3", Map.of("app", "ingress-nginx", Marks.TIER, "default"), "n3", "DaemonSet/tier", 40));
        return world.withPods(pods)
                .withSlices(ClusterScenario.slices(world.services().values(), pods));
    }
}
