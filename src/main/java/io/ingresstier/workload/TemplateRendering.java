package io.ingresstier.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.world.Marks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The tier's pod template: the inherited one, with only what the tier needs changed. */
final class TemplateRendering {

    /**
     * What a Deployment, a DaemonSet and a tier write on their pods. Another one's hash on a pod of ours would be a
     * lie.
     */
    private static final Set<String> REVISIONS =
            Set.of("pod-template-hash", "controller-revision-hash", "pod-template-generation", Marks.TEMPLATE);

    /** What the API server takes where none is given. */
    private static final long DEFAULT_GRACE_SECONDS = 30;

    private TemplateRendering() {}

    static PodTemplateSpec render(DaemonSetRendering.Input input) {
        var template = CanonicalJson.copy(input.inherited(), PodTemplateSpec.class);
        template.setMetadata(metadata(Optional.ofNullable(template.getMetadata()), input));
        var spec = Objects.requireNonNullElseGet(template.getSpec(), PodSpec::new);
        template.setSpec(spec);
        Scheduling.pin(spec, input);
        serviceAccount(spec, input.controller());
        ControllerContainer.of(spec).ifPresent(container -> {
            ControllerContainer.overlay(container, input.controller());
            if (IngressNginx.runsIn(container)) {
                // Last, so that no inherited or extra argument turns it on again.
                ControllerContainer.append(container, List.of(IngressNginx.KEEP_STATUS));
            }
        });
        spec.getContainers().forEach(TemplateRendering::lastValueWins);
        spec.getInitContainers().forEach(TemplateRendering::lastValueWins);
        spec.setTerminationGracePeriodSeconds(stopLate(spec, input));
        return template;
    }

    private static void serviceAccount(PodSpec spec, ControllerSpec overlay) {
        if (overlay.serviceAccountName() != null) {
            spec.setServiceAccountName(overlay.serviceAccountName());
            // The deprecated name of the same field: left as inherited it would contradict.
            spec.setServiceAccount(null);
        }
    }

    /**
     * Labels ⊇ the incumbent's: an ingress-nginx pod that exits and finds no other pod with its own label set clears
     * the address of every Ingress. Of two values, the one on the pods that run now counts. Annotations are inherited
     * as they are, those of {@code kubectl rollout restart} too: restarting the incumbent's Deployment, at zero as
     * well, restarts the tier. All else (name, creation timestamp) means nothing in a template.
     */
    private static ObjectMeta metadata(Optional<ObjectMeta> inherited, DaemonSetRendering.Input input) {
        var labels = new TreeMap<>(
                withoutRevisions(inherited.map(ObjectMeta::getLabels).orElse(Map.of())));
        labels.putAll(withoutRevisions(input.incumbentLabels()));
        labels.put(Marks.TIER, input.tier());
        return new ObjectMetaBuilder()
                .withLabels(labels)
                .withAnnotations(inherited.map(ObjectMeta::getAnnotations).orElse(Map.of()))
                .build();
    }

    static Map<String, String> withoutRevisions(Map<String, String> labels) {
        var kept = new TreeMap<>(labels);
        kept.keySet().removeAll(REVISIONS);
        return kept;
    }

    /**
     * Every container sleeps first, a sidecar too: one that stops early may take the controller's way to the world with
     * it. Init containers are left alone: those that go on running are stopped after the others (KEP-753).
     *
     * @return the grace period in seconds: the longest sleep, and then as long as connections may take to finish
     */
    private static long stopLate(PodSpec spec, DaemonSetRendering.Input input) {
        var sleep = input.sleepSeconds();
        for (var container : spec.getContainers()) {
            sleep = Math.max(sleep, PreStop.sleepFirst(container, input.sleepSeconds()));
        }
        var grace = Objects.requireNonNullElse(spec.getTerminationGracePeriodSeconds(), DEFAULT_GRACE_SECONDS);
        return sleep + Math.max(grace, input.rollout().drainSeconds());
    }

    /**
     * A variable set twice is allowed in an update and has its last value, but server-side apply refuses it:
     * {@code env} is a map keyed by name there.
     */
    private static void lastValueWins(Container container) {
        var byName = new LinkedHashMap<String, EnvVar>();
        for (var variable : container.getEnv()) {
            byName.remove(variable.getName());
            byName.put(variable.getName(), variable);
        }
        container.setEnv(new ArrayList<>(byName.values()));
    }
}
