package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.ingresstier.api.Reason;
import io.ingresstier.guard.Ownership;
import io.ingresstier.guard.Refusal;
import io.ingresstier.workload.ProfileTemplate;
import io.ingresstier.world.IncumbentView;
import io.ingresstier.world.Marks;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A tier where there never was a Deployment to replace: its pods come from the profile. Whether there was one is read
 * off the record; without that, one that somebody deleted could not be told from one that never was.
 */
record Bootstrap(World world) {

    /** Whether the tier has nothing to replace: nothing is there, and nothing was recorded. */
    boolean underWay() {
        return replaced().isEmpty() && world.originals().map(o -> recordsNone()).orElse(true);
    }

    /** The Deployment that the tier replaces. */
    Optional<IncumbentView> replaced() {
        return newcomer().isPresent() ? Optional.empty() : world.incumbent();
    }

    /**
     * A Deployment of the incumbent's name that came when the record, which says that there was none, could not be
     * changed any more. It is somebody else's: what was not recorded could not be put back, so it is neither inherited
     * from nor retired.
     */
    Optional<IncumbentView> newcomer() {
        return world.incumbent().filter(i -> recordsNone() && !world.written().isEmpty());
    }

    private boolean recordsNone() {
        return world.originals()
                .filter(o -> o.tierUid().equals(world.uid()))
                .filter(o -> o.incumbentReplicas().isEmpty())
                .isPresent();
    }

    /** The pods' template from the profile; empty while the spec or the Services do not say what it shall be. */
    Optional<PodTemplateSpec> template() {
        return world.attachable().size() < world.listed().size() || unselected().isPresent()
                ? Optional.empty()
                : ProfileTemplate.of(
                        world.tier().getSpec().controller(), world.listed().getFirst(), labels());
    }

    /** What the pods carry so that every Service selects them. */
    private Map<String, String> labels() {
        var labels = new TreeMap<String, String>();
        world.attachable().forEach(s -> labels.putAll(selector(s)));
        return labels;
    }

    private static Map<String, String> selector(ServiceView service) {
        var selector = new TreeMap<>(service.selector());
        selector.remove(Marks.TIER);
        return selector;
    }

    /** Why the spec does not say what shall run; empty if it does, or if it need not. */
    Optional<Refusal> objection() {
        return underWay() ? incomplete().or(this::unselected) : Optional.empty();
    }

    /** Left out together, both mean what runs already. */
    private Optional<Refusal> incomplete() {
        var controller = world.tier().getSpec().controller();
        boolean image = controller.image() != null;
        boolean account = controller.serviceAccountName() != null;
        boolean runs = world.workload().filter(w -> Ownership.owned(world, w)).isPresent();
        return image && account || !image && !account && runs
                ? Optional.empty()
                : Acceptance.refuse(
                        Reason.IncumbentNotFound,
                        "Deployment %s does not exist, and without it the spec must say what runs; create it or name the right one in controller.incumbentRef, or give %s"
                                .formatted(
                                        ControllerAcceptance.incumbentKey(world),
                                        image
                                                ? "controller.serviceAccountName"
                                                : account
                                                        ? "controller.image"
                                                        : "controller.image and controller.serviceAccountName"));
    }

    private Optional<Refusal> unselected() {
        var labels = labels();
        return world.attachable().stream()
                .flatMap(s -> (selector(s).isEmpty() ? selectsNothing(s) : contradicts(s, labels)).stream())
                .findFirst();
    }

    private static Optional<Refusal> selectsNothing(ServiceView service) {
        return Acceptance.refuse(
                Reason.ServiceNotSelecting,
                "Service %s has no selector, so that no pod could receive its traffic; give it one such as app: ingress-nginx: the tier's pods will carry it"
                        .formatted(service.key()));
    }

    private static Optional<Refusal> contradicts(ServiceView service, Map<String, String> labels) {
        return selector(service).entrySet().stream()
                .filter(e -> !e.getValue().equals(labels.get(e.getKey())))
                .findFirst()
                .flatMap(e -> Acceptance.refuse(
                        Reason.ServiceNotSelecting,
                        "Service %s selects %s=%s and another Service of loadBalancer.serviceRefs %s=%s, so that no pod could serve both; give both the same selector or list one of them"
                                .formatted(
                                        service.key(), e.getKey(), e.getValue(), e.getKey(), labels.get(e.getKey()))));
    }
}
