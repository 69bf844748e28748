package io.ingresstier.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.IngressTierSpec;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.OperatorProcess;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real API server makes of the definition: defaults, refusals that say what to write instead, immutability. */
@ApiLevel
class DefinitionIT {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private KubernetesClient client;

    @BeforeEach
    void install(KubernetesClient client) {
        this.client = client;
        OperatorProcess.install(client);
    }

    @Test
    void server_fills_in_the_same_defaults_as_the_records() {
        create("default", "{nodes: {replicas: 3}}");

        assertThat(tier("default").getSpec())
                .isEqualTo(IngressTierSpec.defaults().withNodes(nodes -> nodes.withReplicas(3)));
    }

    @Test
    void more_members_available_than_replicas_is_no_error() {
        assertThatCode(() -> create("default", "{nodes: {replicas: 1, minAvailable: 3}}"))
                .doesNotThrowAnyException();
    }

    @Test
    void scale_subresource_sets_the_members() {
        create("default", "{}");

        client.resources(IngressTier.class).withName("default").scale(4);

        assertThat(tier("default").getSpec().nodes().replicas()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {nodes: {replicas: 0}}                                     | pause with mode: Paused or delete
            {nodes: {minAvailable: 0}}                                 | minAvailable must be at least 1
            {nodes: {topologyKey: 'a b'}}                              | topologyKey must be a label key
            {nodes: {label: {value: 'a,b'}}}                           | must be a label value
            {nodes: {label: {value: 'a=b'}}}                           | must be a label value
            {nodes: {label: {value: 'a b'}}}                           | must be a label value
            {nodes: {label: {key: 'a b'}}}                             | must be a label key
            {controller: {namespace: Kube}}                            | must be the name of a namespace
            {controller: {name: a.b}}                                  | must be a DNS label
            {loadBalancer: {serviceRefs: []}}                          | at least 1 items
            {loadBalancer: {serviceRefs: [{namespace: a, name: b}, {namespace: a, name: b}]}} | Duplicate value
            {rollout: {drainSeconds: 5}}                               | rollout.drainSeconds must be 10 to 900
            {rollout: {drainSeconds: 901}}                             | connectionDraining: Disabled
            {rollout: {soakSeconds: -1}}                               | write 0 to retire
            {rollout: {progressDeadlineSeconds: 10}}                   | must be greater than minReadySeconds
            {mode: Dry}                                                | supported values
            {nodes: {label: {key: 'a..b/c'}}}                          | must be a label key
            {nodes: {topologyKey: '-a.b/c'}}                           | topologyKey must be a label key
            {controller: {image: 'nginx 1'}}                           | without spaces
            {controller: {resources: {requests: {cpu: ''}}}}           | such as cpu: 500m and memory: 1Gi
            {controller: {resources: {requests: {cpu: -1}}}}           | such as cpu: 500m and memory: 1Gi
            {controller: {resources: {limits: {memory: 1 GB}}}}        | such as cpu: 500m and memory: 1Gi
            {controller: {tolerations: [{operator: In}]}}              | supported values: "", "Exists", "Equal"
            {controller: {tolerations: [{effect: Never}]}}             | supported values: "", "NoSchedule"
            {nodes: {selector: {matchExpressions: [{key: a, operator: Has}]}}} | supported values: "In", "NotIn"
            """, quoteCharacter = '"')
    void refused(String spec, String message) {
        assertThatThrownBy(() -> create("default", spec))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(message);
    }

    @Test
    void label_key_prefix_is_no_longer_than_a_dns_subdomain() {
        create("longest", "{nodes: {label: {key: %s/%s}}}".formatted("a".repeat(253), "b".repeat(63)));

        assertThatThrownBy(() -> create("longer", "{nodes: {label: {key: %s/b}}}".formatted("a".repeat(254))))
                .hasMessageContaining("must be a label key");
    }

    @Test
    void amounts_in_every_form_of_kubernetes() {
        create(
                "default",
                "{controller: {resources: {requests: {cpu: 2, memory: 1Gi}, limits: {cpu: '2.5', memory: '1e9'}}}}");

        assertThat(tier("default").getSpec().controller().resources().getLimits())
                .containsKeys("cpu", "memory");
    }

    /** Whatever part of it is a mebibyte large; what is no field is dropped. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {controller: {extraArgs: [%s]}}                                        | Too long: may not be more than 4096
            {controller: {image: %s}}                                              | Too long: may not be more than 1024
            {controller: {tolerations: [{key: %s}]}}                               | Too long: may not be more than 317
            {controller: {resources: {requests: {? %s : 1}}}}                      | must be amounts by resource name
            {nodes: {selector: {matchLabels: {? %s : a}}}}                         | matchLabels must have label keys
            {nodes: {selector: {matchLabels: {a: %s}}}}                            | Too long: may not be more than 63
            {nodes: {selector: {matchExpressions: [{key: a, operator: In, values: [%s]}]}}} | Too long: may not be more than 63
            """, quoteCharacter = '"')
    void too_large(String spec, String message) {
        assertThatThrownBy(() -> create("default", spec.formatted("a".repeat(1 << 20))))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"a.b", "a2345678901234567890123456789012345678901"})
    void name_must_fit_into_other_names(String name) {
        assertThatThrownBy(() -> create(name, "{}")).hasMessageContaining("at most 40 characters");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"spec": {"nodes": {"label": {"value": "other"}}}} | label is immutable
            {"spec": {"controller": {"name": "other"}}}        | namespace and name are immutable
            {"spec": {"controller": {"namespace": "other"}}}   | namespace and name are immutable
            {"spec": null}                                     | label is immutable
            """, quoteCharacter = '\'')
    void immutable(String patch, String message) {
        create("edge", "{nodes: {label: {value: edge}}}");

        assertThatThrownBy(() ->
                        client.resources(IngressTier.class).withName("edge").patch(MERGE, patch))
                .hasMessageContaining(message);
    }

    private IngressTier tier(String name) {
        return client.resources(IngressTier.class).withName(name).get();
    }

    /** Sent as written: going through the records would fill the defaults in on this side. */
    private void create(String name, String spec) {
        client.load(new ByteArrayInputStream("""
                        apiVersion: ingresstier.io/v1alpha1
                        kind: IngressTier
                        metadata: {name: %s}
                        spec: %s
                        """.formatted(name, spec).getBytes(StandardCharsets.UTF_8)))
                .create();
    }
}
