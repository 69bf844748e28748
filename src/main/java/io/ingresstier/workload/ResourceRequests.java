package io.ingresstier.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Optional;

/** What pods of a template ask of their node. */
public final class ResourceRequests {

    private static final List<String> NEEDED = List.of("cpu", "memory");

    private ResourceRequests() {}

    /**
     * Whether every container says how much processor and memory it needs. On a shared node a pod that does not is the
     * first to be evicted and the last to get time. A limit counts: the API server takes it for the request of a pod
     * without one.
     */
    public static boolean requestsSet(PodTemplateSpec template) {
        return Optional.ofNullable(template.getSpec())
                .map(spec -> spec.getContainers().stream().allMatch(ResourceRequests::set))
                .orElse(false);
    }

    private static boolean set(Container container) {
        var resources = container.getResources();
        return resources != null
                && NEEDED.stream()
                        .allMatch(name -> (resources.getRequests() != null
                                        && resources.getRequests().containsKey(name))
                                || (resources.getLimits() != null
                                        && resources.getLimits().containsKey(name)));
    }
}
