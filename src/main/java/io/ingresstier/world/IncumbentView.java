package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The Deployment that the tier replaces.
 *
 * @param replicas {@code spec.replicas}
 * @param readyReplicas as its own status says
 * @param selector its match labels
 * @param template its pod template; never changed in place
 * @param rival who else has it in a configuration of his own
 */
public record IncumbentView(
        ObjectKey key,
        String uid,
        String resourceVersion,
        int replicas,
        int readyReplicas,
        Map<String, String> selector,
        PodTemplateSpec template,
        boolean terminating,
        Optional<Rival> rival) {

    public IncumbentView {
        selector = Map.copyOf(selector);
    }

    /** One that nobody else is known to have. */
    public IncumbentView(
            ObjectKey key,
            String uid,
            String resourceVersion,
            int replicas,
            int readyReplicas,
            Map<String, String> selector,
            PodTemplateSpec template,
            boolean terminating) {
        this(key, uid, resourceVersion, replicas, readyReplicas, selector, template, terminating, Optional.empty());
    }

    /** The view of a Deployment read from the API server. */
    public static IncumbentView of(Deployment deployment) {
        var spec = deployment.getSpec();
        return new IncumbentView(
                ObjectKey.of(deployment),
                Objects.requireNonNullElse(deployment.getMetadata().getUid(), ""),
                Objects.requireNonNullElse(deployment.getMetadata().getResourceVersion(), ""),
                Objects.requireNonNullElse(spec.getReplicas(), 1),
                Optional.ofNullable(deployment.getStatus())
                        .map(s -> s.getReadyReplicas())
                        .orElse(0),
                Objects.requireNonNullElse(spec.getSelector().getMatchLabels(), Map.of()),
                spec.getTemplate(),
                deployment.getMetadata().getDeletionTimestamp() != null,
                Rival.of(
                        OrEmpty.map(deployment.getMetadata().getLabels()),
                        OrEmpty.map(deployment.getMetadata().getAnnotations())));
    }

    /** The image of each of its containers. */
    public SortedMap<String, String> images() {
        var images = new TreeMap<String, String>();
        Optional.ofNullable(template.getSpec())
                .map(PodSpec::getContainers)
                .orElse(List.of())
                .forEach(c -> images.put(c.getName(), OrEmpty.text(c.getImage())));
        return images;
    }

    /** The incumbent with another number of replicas asked for. */
    public IncumbentView withReplicas(int count) {
        return new IncumbentView(
                key,
                uid,
                resourceVersion,
                count,
                Math.min(readyReplicas, count),
                selector,
                template,
                terminating,
                rival);
    }
}
