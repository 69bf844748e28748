package io.ingresstier.history;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.ingresstier.api.IngressTier;
import io.ingresstier.world.Edits;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceView;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What somebody else did that may take something from traffic, or that the operator has to act on: a person, a test, a
 * node that dies. What the platform does because of what the objects say is none.
 */
final class Disturbance {

    /** The cloud's controller marks each Service that it has synced. */
    private static final Edits WITHOUT_HASH =
            Edits.of(Map.of("service.beta.kubernetes.io/hash", Optional.empty()), Map.of());

    private Disturbance() {}

    static boolean by(Change change) {
        Revision revision = change.revision();
        if (revision.ours()) {
            return false;
        }
        return switch (revision.object()) {
            case Pod pod -> disturbed(change, PodView.of(pod));
            case Node node ->
                differs(
                        revision,
                        before -> NodeView.of((Node) before).unversioned(),
                        NodeView.of(node).unversioned());
            case Service service ->
                differs(revision, before -> told(ServiceView.of((Service) before)), told(ServiceView.of(service)));
            case Deployment deployment -> differs(revision, Disturbance::spec, spec(deployment));
            case DaemonSet workload -> differs(revision, Disturbance::spec, spec(workload));
            case ConfigMap stored -> differs(revision, Disturbance::spec, spec(stored));
            case IngressTier tier ->
                differs(
                        revision,
                        before -> List.of(spec(before), annotations(before)),
                        List.of(spec(tier), annotations(tier)));
            default -> false;
        };
    }

    private static boolean differs(Revision revision, Function<HasMetadata, Object> essence, Object after) {
        return revision.deleted()
                || revision.before().map(essence).filter(after::equals).isEmpty();
    }

    private static Object spec(HasMetadata object) {
        var metadata = object.getMetadata();
        return List.of(
                metadata.getUid(),
                Objects.requireNonNullElse(metadata.getGeneration(), 0L),
                Objects.requireNonNullElse(metadata.getLabels(), Map.of()),
                metadata.getDeletionTimestamp() != null);
    }

    /** People ask and answer by them. */
    private static Map<String, String> annotations(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
    }

    private static Object told(ServiceView service) {
        ServiceView bare = service.unversioned().with(WITHOUT_HASH);
        return List.of(bare.labels(), bare.annotations(), bare.selector(), bare.type(), bare.local(), bare.ports());
    }

    /** A pod that serves and was to stay, and is not ready any more, or on its way out, or another one to Services. */
    private static boolean disturbed(Change change, PodView after) {
        Optional<PodView> before = change.revision().before().map(p -> PodView.of((Pod) p));
        if (before.isEmpty()
                || !before.get().serving()
                || Picture.doomed(change.before().world(), before.get())) {
            return false;
        }
        return change.revision().deleted()
                || !after.serving()
                || !after.labels().equals(before.get().labels());
    }
}
