package io.ingresstier.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.world.ScalerView.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What sizes a Deployment by itself, as the API server and KEDA write it. */
class ScalerViewTest {

    private static final ObjectKey WEB = new ObjectKey("shop", "web");

    @Test
    void anAutoscalerOfADeployment() {
        assertThat(ScalerView.of(autoscaler("Deployment")))
                .contains(
                        new ScalerView(Kind.HorizontalPodAutoscaler, new ObjectKey("shop", "scaler"), WEB, 10, false));
        assertThat(ScalerView.of(autoscaler("StatefulSet"))).isEmpty();
    }

    @Test
    void aScaledObjectWithoutAKindScalesADeployment() {
        assertThat(ScalerView.of(scaledObject("{name: web}", "{}")))
                .contains(new ScalerView(Kind.ScaledObject, new ObjectKey("shop", "scaler"), WEB, 10, false));
        assertThat(ScalerView.of(scaledObject("{name: web, kind: StatefulSet}", "{}")))
                .isEmpty();
        assertThat(ScalerView.of(scaledObject("{}", "{}"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {}                                                                                    | false
            {autoscaling.keda.sh/paused: 'true'}                                                  | true
            {autoscaling.keda.sh/paused: 'false'}                                                 | false
            {autoscaling.keda.sh/paused-replicas: '0'}                                            | true
            {autoscaling.keda.sh/paused-replicas: '2'}                                            | false
            {autoscaling.keda.sh/paused: 'true', autoscaling.keda.sh/paused-replicas: '2'}        | false
            """)
    void aScaledObjectRestsWhereItIsPausedAtNoOtherNumberThanZero(String annotations, boolean resting) {
        assertThat(ScalerView.of(scaledObject("{name: web}", annotations)))
                .get()
                .extracting(ScalerView::resting)
                .isEqualTo(resting);
    }

    private static HorizontalPodAutoscaler autoscaler(String kind) {
        return Serialization.unmarshal("""
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {namespace: shop, name: scaler}
                spec: {maxReplicas: 10, scaleTargetRef: {apiVersion: apps/v1, kind: %s, name: web}}
                """.formatted(kind), HorizontalPodAutoscaler.class);
    }

    private static GenericKubernetesResource scaledObject(String target, String annotations) {
        return Serialization.unmarshal("""
                apiVersion: keda.sh/v1alpha1
                kind: ScaledObject
                metadata: {namespace: shop, name: scaler, annotations: %s}
                spec: {maxReplicaCount: 10, scaleTargetRef: %s}
                """.formatted(annotations, target), GenericKubernetesResource.class);
    }
}
