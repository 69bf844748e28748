package io.ingresstier.history;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.ingresstier.api.IngressTier;
import io.ingresstier.world.Anchorage;
import io.ingresstier.world.Claim;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeTaint;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.Originals;
import io.ingresstier.world.PodView;
import io.ingresstier.world.TemplateRevision;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** I5: a write of the operator's changes what is its own, and nothing else. */
final class OwnedKeys implements Judge {

    private static final String MARK = "/metadata/annotations/ingresstier.io/.*";
    private static final String PROVIDER =
            "/metadata/annotations/service.beta.kubernetes.io/(alibaba-cloud|alicloud)-loadbalancer-"
                    + "(backend-label|connection-drain|connection-drain-timeout)";

    @Override
    public String invariant() {
        return "I5";
    }

    @Override
    public Stream<String> see(Change change) {
        if (!change.ours()) {
            return Stream.of();
        }
        World world = change.before().world();
        Revision revision = change.revision();
        return switch (revision.object()) {
            case Node ignored ->
                Stream.concat(only(revision, MARK, "/spec/taints.*", labels(roleKeys(world))), taints(revision, world));
            case Service ignored -> only(revision, MARK, PROVIDER, "/spec/selector/" + Marks.TIER);
            case Pod ignored when revision.removed() -> restarted(revision, world);
            case Pod pod
            when tiers(world).anyMatch(t -> t.equals(anchorOf(pod))) ->
                only(revision, labels(Set.of(Marks.HELD)), annotations(Marks.DELETION_COST));
            case Pod ignored -> only(revision, MARK, labels(selectorKeys(world)));
            case Deployment anchors when anchorage(world, anchors) -> own(true);
            case Deployment ignored -> only(revision, "/spec/replicas");
            case PodDisruptionBudget budget -> own(anchorage(world, budget));
            case IngressTier ignored -> only(revision, "/metadata/finalizers.*", "/status.*");
            case DaemonSet workload -> own(tiers(world).anyMatch(t -> t.equals(tierOf(workload))));
            case ConfigMap stored ->
                own(tiers(world)
                        .map(Originals::name)
                        .anyMatch(stored.getMetadata().getName()::equals));
            default -> own(false);
        };
    }

    /** A pod is deleted where it is of a tier's own DaemonSet, and of another template than that has now. */
    private static Stream<String> restarted(Revision revision, World world) {
        return revision.before()
                .map(before -> PodView.of((Pod) before))
                .filter(p -> !p.terminating())
                .map(p -> own(
                        world.tierPods().contains(p)
                                ? TemplateRevision.outdated(world, p)
                                        && p.owner().equals(controller(world))
                                : world.claims().stream()
                                        .anyMatch(
                                                c -> c.tier().equals(p.labels().get(Marks.TIER)))))
                .orElseGet(Stream::of);
    }

    private static String controller(World world) {
        return world.workload()
                .map(w -> "DaemonSet/" + w.getMetadata().getName())
                .orElse("");
    }

    private static Stream<String> own(boolean own) {
        return own ? Stream.of() : Stream.of("the operator writes an object that is not its own");
    }

    /** Only fields whose path matches one of these. */
    private static Stream<String> only(Revision revision, String... paths) {
        if (revision.deleted() || revision.before().isEmpty()) {
            return own(false);
        }
        Pattern allowed = Pattern.compile(String.join("|", paths));
        return revision.edits()
                .map(Revision.Edit::path)
                .filter(path -> !allowed.matcher(path).matches())
                .map(path -> "the operator writes " + path + ", which is not its own");
    }

    /** The list of taints is written as a whole; those of others must be in it as they were. */
    private static Stream<String> taints(Revision revision, World world) {
        return revision.changed(Node.class).stream()
                .filter(c -> !others(c.before(), world).equals(others(c.after(), world)))
                .map(c -> "the operator writes taints that are not its own");
    }

    private static List<Taint> others(Node node, World world) {
        String own = world.tier().getSpec().nodes().label().key();
        return Objects.requireNonNullElse(node.getSpec().getTaints(), List.<Taint>of()).stream()
                .filter(t -> !own.equals(t.getKey()))
                .toList();
    }

    /** The API knows taints as one list: of those that have not the role's key none may change. */
    private static Stream<String> taints(Revision revision, Set<String> own) {
        return revision.changed(Node.class).stream().flatMap(c -> {
            NodeView before = NodeView.of(c.before());
            NodeView after = NodeView.of(c.after());
            boolean others = !foreign(before, own).equals(foreign(after, own));
            boolean found = !before.annotations().containsKey(Marks.TAINTED)
                    && !after.taints().containsAll(before.taints());
            return others || found
                    ? Stream.of("the operator changes the taints %s, not all of which are its own"
                            .formatted(before.taints()))
                    : Stream.of();
        });
    }

    private static List<NodeTaint> foreign(NodeView node, Set<String> own) {
        return node.taints().stream().filter(t -> !own.contains(t.key())).toList();
    }

    private static String labels(Set<String> keys) {
        return "/metadata/labels/(" + keys.stream().map(Pattern::quote).collect(Collectors.joining("|")) + ")";
    }

    private static String annotations(String key) {
        return "/metadata/annotations/" + Pattern.quote(key);
    }

    private static Set<String> roleKeys(World world) {
        return Stream.concat(
                        Stream.of(
                                Marks.EXCLUDE,
                                world.tier().getSpec().nodes().label().key()),
                        world.claims().stream().map(Claim::labelKey))
                .collect(Collectors.toSet());
    }

    private static Set<String> selectorKeys(World world) {
        return world.services().values().stream()
                .flatMap(s -> s.selector().keySet().stream())
                .filter(key -> !key.equals(Marks.TIER))
                .collect(Collectors.toSet());
    }

    private static Stream<String> tiers(World world) {
        return Stream.concat(Stream.of(world.name()), world.claims().stream().map(Claim::tier));
    }

    /** Whether the object has the name and the label of a tier's drain guard. */
    private static boolean anchorage(World world, HasMetadata object) {
        return tiers(world)
                .anyMatch(t -> t.equals(anchorOf(object))
                        && Anchorage.name(t).equals(object.getMetadata().getName()));
    }

    private static String anchorOf(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.<String, String>of())
                .getOrDefault(Marks.ANCHOR, "");
    }

    private static String tierOf(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.<String, String>of())
                .getOrDefault(Marks.TIER, "");
    }
}
