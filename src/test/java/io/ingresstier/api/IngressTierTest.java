package io.ingresstier.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class IngressTierTest {
    private static final String MINIMAL = """
            apiVersion: ingresstier.io/v1alpha1
            kind: IngressTier
            metadata: {name: default}
            spec:
              nodes: {replicas: 3}
            """;

    @Test
    void smallest_useful_resource_does_the_whole_job() {
        var tier = Serialization.unmarshal(MINIMAL, IngressTier.class);

        assertThat(tier.getSpec()).isEqualTo(IngressTierSpec.defaults().withNodes(nodes -> nodes.withReplicas(3)));
    }

    @Test
    void unseen_tier_has_a_status_that_says_nothing() {
        var tier = Serialization.unmarshal(MINIMAL, IngressTier.class);

        assertThat(tier.getStatus()).isEqualTo(IngressTierStatus.unknown());
        assertThat(tier.getStatus().condition(ConditionType.Ready)).isEmpty();
    }

    @Test
    void resource_survives_the_way_to_the_server_and_back() {
        var tier = new IngressTier();
        tier.getMetadata().setName("edge");
        tier.setSpec(IngressTierSpec.defaults()
                .withNodes(nodes -> nodes.withReplicas(4).withIsolation(Isolation.Exclusive))
                .withLoadBalancer(balancer -> balancer.withServiceRefs(List.of(new ServiceRef("edge", "public"))))
                .withRollout(rollout -> rollout.withSoakSeconds(0))
                .withMode(Mode.Plan));

        var read = Serialization.unmarshal(Serialization.asYaml(tier), IngressTier.class);

        assertThat(read.getSpec()).isEqualTo(tier.getSpec());
    }

    @Test
    void fields_of_a_newer_version_are_ignored() {
        var tier = Serialization.unmarshal(MINIMAL + "  fromTheFuture: 1\n", IngressTier.class);

        assertThat(tier.getSpec().mode()).isEqualTo(Mode.Apply);
    }
}
