package io.ingresstier.world;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What sets the number of replicas of a Deployment by itself.
 *
 * @param kind whose it is
 * @param target the Deployment
 * @param most replicas it may ask for; 0 where it does not say
 * @param resting it leaves the Deployment alone, or at zero, until somebody changes it
 */
public record ScalerView(Kind kind, ObjectKey key, ObjectKey target, int most, boolean resting) {

    /** Kinds of scalers. */
    public enum Kind {
        /** Kubernetes' own; it rests for as long as its target is asked for no replicas. */
        HorizontalPodAutoscaler,
        /** KEDA's, which makes a HorizontalPodAutoscaler and wakes a target at zero by itself. */
        ScaledObject
    }

    private static final String DEPLOYMENT = "Deployment";
    private static final String PAUSED = "autoscaling.keda.sh/paused";
    private static final String PAUSED_REPLICAS = "autoscaling.keda.sh/paused-replicas";

    /** The view of an autoscaler read from the API server; empty for one of something else than a Deployment. */
    public static Optional<ScalerView> of(HorizontalPodAutoscaler scaler) {
        var target = scaler.getSpec().getScaleTargetRef();
        return DEPLOYMENT.equals(target.getKind())
                ? Optional.of(new ScalerView(
                        Kind.HorizontalPodAutoscaler,
                        ObjectKey.of(scaler),
                        beside(scaler, target.getName()),
                        Objects.requireNonNullElse(scaler.getSpec().getMaxReplicas(), 0),
                        false))
                : Optional.empty();
    }

    /**
     * The view of a ScaledObject read from the API server; empty for one of something else than a Deployment. A target
     * of no kind is a Deployment (apis/keda/v1alpha1/scaledobject_types.go).
     */
    public static Optional<ScalerView> of(GenericKubernetesResource scaler) {
        String kind = Objects.requireNonNullElse(scaler.get("spec", "scaleTargetRef", "kind"), DEPLOYMENT);
        Optional<String> name = Optional.ofNullable(scaler.get("spec", "scaleTargetRef", "name"));
        return name.filter(n -> DEPLOYMENT.equals(kind))
                .map(n -> new ScalerView(
                        Kind.ScaledObject,
                        ObjectKey.of(scaler),
                        beside(scaler, n),
                        scaler.get("spec", "maxReplicaCount") instanceof Integer most ? most : 0,
                        paused(OrEmpty.map(scaler.getMetadata().getAnnotations()))));
    }

    /** The number to pause at goes before the other annotation, and the target is put back to it again and again. */
    private static boolean paused(Map<String, String> annotations) {
        return annotations.containsKey(PAUSED_REPLICAS)
                ? "0".equals(annotations.get(PAUSED_REPLICAS))
                : "true".equalsIgnoreCase(annotations.get(PAUSED));
    }

    private static ObjectKey beside(HasMetadata scaler, String name) {
        return new ObjectKey(scaler.getMetadata().getNamespace(), name);
    }
}
