package io.ingresstier.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.world.Action;
import io.ingresstier.world.Answer;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.IncumbentAction;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.ServiceView;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Watches every revision of a played cluster for the invariants of the design, told by its own rules and not by the
 * guards'.
 */
final class RevisionWatch {

    private final SimulatedCluster cluster;
    private final SimulatedCloud cloud;
    private final Set<String> found;
    private final boolean nothingServed;
    private final Map<ObjectKey, Integer> reached = new HashMap<>();
    private final Map<ObjectKey, Set<String>> answeredBefore = new HashMap<>();
    private final Set<String> silenced = new HashSet<>();
    /** Pods that left their Services, and whether they were ready then: who was not has nothing to end. */
    private final Map<String, Boolean> readyWhenDetached = new HashMap<>();

    private List<PodView> unfinished = List.of();
    private Set<ObjectKey> readyBefore = Set.of();
    private NodeView nodeBefore;
    private ServiceView serviceBefore;
    private int incumbentBefore;
    private long generation;
    /** Whether the platform does nothing but what it was told, so that whatever is lost was lost by a write. */
    boolean faultless = true;

    RevisionWatch(SimulatedCluster cluster, SimulatedCloud cloud) {
        this.cluster = cluster;
        this.cloud = cloud;
        this.nothingServed = cluster.incumbent.map(i -> i.replicas()).orElse(0) == 0;
        this.found = cluster.nodes.values().stream()
                .filter(n -> n.labelled(ClusterScenario.ROLE, "true"))
                .map(NodeView::name)
                .collect(Collectors.toSet());
    }

    void before(Action action) {
        answeredBefore.clear();
        cluster.services.values().forEach(s -> answeredBefore.put(s.key(), cloud.answeringInTheEnd(s)));
        readyBefore = cluster.pods.values().stream()
                .filter(PodView::serving)
                .map(PodView::key)
                .collect(Collectors.toSet());
        unfinished = action instanceof NodeAction.ReleaseNode a
                ? cluster.pods.values().stream()
                        .filter(p -> SimulatedPlatform.tierPod(p) && !p.terminating())
                        .filter(p -> p.nodeName().equals(a.node().name()))
                        .filter(p -> cluster.services.values().stream().anyMatch(s -> p.matches(s.selector())))
                        .toList()
                : List.of();
        nodeBefore = action instanceof NodeAction a ? cluster.nodes.get(a.node().name()) : null;
        serviceBefore = action instanceof ServiceAction a
                ? cluster.services.get(a.service().key())
                : null;
        incumbentBefore = cluster.incumbent.map(i -> i.replicas()).orElse(0);
    }

    /** What one write did at once. */
    void after(Action action, Supplier<String> told) {
        neverEmpty(told);
        deregisteredFirst(told);
        assertThat(unfinished)
                .as("I3, whoever may become ready has left its Services" + told.get())
                .isEmpty();
        ownership(action, told);
        if (action instanceof NodeAction.ExcludeNode || action instanceof PodAction.DetachPod) {
            assertThat(leaving()).as("I4, one at a time" + told.get()).hasSizeLessThanOrEqualTo(1);
        }
        if (action instanceof IncumbentAction) {
            boolean lowered = cluster.incumbent.orElseThrow().replicas() < incumbentBefore;
            assertThat(lowered && !proven())
                    .as("I2, make before break" + told.get())
                    .isFalse();
        }
    }

    /** I1 at the moment of a write: what answered before and still will. */
    private void neverEmpty(Supplier<String> told) {
        for (ServiceView service : balanced()) {
            var kept = new HashSet<>(answeredBefore.getOrDefault(service.key(), Set.of()));
            int before = kept.size();
            kept.retainAll(cloud.answeringInTheEnd(service));
            assertThat(kept.size())
                    .as("I1, %s keeps enough of %d%s", service.key(), before, told.get())
                    .isGreaterThanOrEqualTo(Math.min(floor(service), before));
        }
    }

    /** Those whose balancer stays. */
    private List<ServiceView> balanced() {
        return cluster.services.values().stream().filter(s -> !s.terminating()).toList();
    }

    /** I3: whatever a write stopped had not been given a connection for the drain window. */
    private void deregisteredFirst(Supplier<String> told) {
        var window = Duration.ofSeconds(cluster.tier.getSpec().rollout().drainSeconds());
        cluster.pods.values().stream()
                .filter(p -> p.terminating() && readyBefore.contains(p.key()))
                .filter(p -> !surged(p))
                .forEach(p -> assertThat(cloud.lastReachable(p))
                        .as("I3, %s was drained before it stopped%s", p.key(), told.get())
                        .isBeforeOrEqualTo(cluster.now.minus(window)));
    }

    /** Where another one serves beside it on its node, hook and grace of the pod do. */
    private boolean surged(PodView pod) {
        return cluster.workload
                        .filter(w -> "RollingUpdate"
                                .equals(w.getSpec().getUpdateStrategy().getType()))
                        .isPresent()
                && cluster.pods.values().stream()
                        .anyMatch(p -> SimulatedPlatform.tierPod(p)
                                && p.serving()
                                && p.nodeName().equals(pod.nodeName()));
    }

    /** An eviction that was let through lets a drain go on, which stops the node: nothing may be lost by that. */
    void evicted(String node, Supplier<String> told) {
        var window = Duration.ofSeconds(cluster.tier.getSpec().rollout().drainSeconds());
        cluster.pods.values().stream()
                .filter(p -> SimulatedPlatform.tierPod(p)
                        && p.serving()
                        && p.nodeName().equals(node))
                // Nobody has had the time to say anything of one that is ready since this very moment.
                .filter(p -> p.readySince().filter(cluster.now::isAfter).isPresent())
                .forEach(p -> assertThat(cloud.lastReachable(p))
                        .as("%s was drained before the eviction went on%s", p.key(), told.get())
                        .isBeforeOrEqualTo(cluster.now.minus(window)));
    }

    private boolean proven() {
        boolean soaked = cluster.tier.getStatus().conditions().stream()
                        .anyMatch(c -> "Soaked".equals(c.getType()) && "True".equals(c.getStatus()))
                || cluster.originals.flatMap(o -> o.retired()).isPresent();
        long ready = cluster.pods.values().stream()
                .filter(p -> SimulatedPlatform.tierPod(p) && p.serving())
                .count();
        return soaked && ready >= cluster.tier.getSpec().nodes().replicas();
    }

    /** I5: only keys of ours are written. */
    private void ownership(Action action, Supplier<String> told) {
        if (nodeBefore != null) {
            NodeView now = cluster.nodes.get(nodeBefore.name());
            assertThat(changed(nodeBefore.labels(), now.labels()))
                    .as("I5, labels" + told.get())
                    .isSubsetOf(ClusterScenario.ROLE, Marks.EXCLUDE);
            assertThat(now.taints())
                    .as("I5, taints of others" + told.get())
                    .filteredOn(t -> !t.key().equals(ClusterScenario.ROLE))
                    .isEqualTo(nodeBefore.taints().stream()
                            .filter(t -> !t.key().equals(ClusterScenario.ROLE))
                            .toList());
            assertThat(changed(nodeBefore.annotations(), now.annotations()))
                    .as("I5" + told.get())
                    .allMatch(k -> k.startsWith("ingresstier.io/"));
        }
        if (serviceBefore != null) {
            ServiceView now = cluster.services.get(serviceBefore.key());
            assertThat(changed(serviceBefore.selector(), now.selector())).isSubsetOf(Marks.TIER);
            assertThat(changed(serviceBefore.annotations(), now.annotations()))
                    .as("I5" + told.get())
                    .allMatch(k -> k.startsWith("ingresstier.io/")
                            || Stream.of("backend-label", "connection-drain", "connection-drain-timeout")
                                    .anyMatch(s -> k.equals(ClusterScenario.ALIBABA + s)
                                            || k.equals(ClusterScenario.LEGACY + s)));
        }
    }

    private static Set<String> changed(Map<String, String> before, Map<String, String> after) {
        var keys = new TreeMap<>(before);
        keys.putAll(after);
        return keys.keySet().stream()
                .filter(k -> !java.util.Objects.equals(before.get(k), after.get(k)))
                .collect(Collectors.toSet());
    }

    /** What holds at every revision, whoever made it. */
    void revision(Supplier<String> told) {
        long asked = cluster.tier.getMetadata().getGeneration();
        if (asked != generation) {
            // What a changed specification asks for has yet to be reached.
            generation = asked;
            reached.clear();
        }
        assertThat(found)
                .as("I5, found labels stay" + told.get())
                .allMatch(n ->
                        !cluster.nodes.containsKey(n) || cluster.nodes.get(n).labelled(ClusterScenario.ROLE, "true"));
        if (!faultless) {
            return;
        }
        assertThat(leaving()).as("I4, one at a time" + told.get()).hasSizeLessThanOrEqualTo(1);
        for (ServiceView service : balanced()) {
            int now = Math.min(cloud.answering(service).size(), cloud.pods(service));
            int before = reached.merge(service.key(), now, Math::max);
            assertThat(now)
                    .as("I1, %s once had %d%s", service.key(), before, told.get())
                    .isGreaterThanOrEqualTo(Math.min(floor(service), before));
        }
    }

    /** Members on their way out whose connections may not have ended. */
    private List<String> leaving() {
        var window = Duration.ofSeconds(cluster.tier.getSpec().rollout().drainSeconds());
        cluster.pods.values().stream()
                .filter(p -> !p.annotations().containsKey(Marks.DETACHED_AT))
                .forEach(p -> readyWhenDetached.remove(p.uid()));
        cluster.pods.values().stream()
                .filter(p -> p.annotations().containsKey(Marks.DETACHED_AT))
                .forEach(p -> readyWhenDetached.putIfAbsent(p.uid(), p.ready()));
        var leaving = cluster.pods.values().stream()
                .filter(p ->
                        SimulatedPlatform.tierPod(p) && p.serving() && readyWhenDetached.getOrDefault(p.uid(), true))
                .filter(p -> {
                    var detached = java.util.Optional.ofNullable(p.annotations().get(Marks.DETACHED_AT))
                            .map(java.time.Instant::parse);
                    boolean excluded = cluster.nodes.containsKey(p.nodeName())
                            && cluster.nodes.get(p.nodeName()).annotations().containsKey(Marks.EXCLUDED_AT);
                    return detached.map(at -> at.plus(window).isAfter(cluster.now))
                            .orElse(excluded);
                })
                .toList();
        // Nobody is kept from serving by taking out one that does not, whether it answers again or not.
        silenced.retainAll(leaving.stream().map(PodView::uid).toList());
        leaving.stream().map(PodView::uid).filter(this::silent).forEach(silenced::add);
        return leaving.stream()
                .filter(p -> !silenced.contains(p.uid()))
                .map(PodView::nodeName)
                .distinct()
                .toList();
    }

    private boolean silent(String pod) {
        return java.util.Optional.ofNullable(cluster.answers.get(pod))
                .flatMap(Answer::silentSince)
                .isPresent();
    }

    /** What a Service of the tier must keep; one of somebody else must not lose its last target. */
    private int floor(ServiceView service) {
        if (!"ingress-nginx".equals(service.selector().get("app"))) {
            return 1;
        }
        int members = cluster.tier.getSpec().nodes().replicas();
        int minimum = java.util.Optional.ofNullable(
                        cluster.tier.getSpec().nodes().minAvailable())
                .orElse(Math.max(1, members - 1));
        boolean rolledBack = cluster.originals
                .flatMap(o -> o.rollback())
                .filter(r -> r.generation() == cluster.tier.getMetadata().getGeneration())
                .isPresent();
        if (cluster.tier.getMetadata().getDeletionTimestamp() == null && !rolledBack) {
            return Math.min(minimum, members);
        }
        long incumbents = cluster.pods.values().stream()
                .filter(p -> p.owner().equals("ReplicaSet/old") && p.serving())
                .map(PodView::nodeName)
                .distinct()
                .count();
        return (int) Math.max(nothingServed ? 0 : 1, Math.min(minimum, incumbents));
    }
}
