package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.IngressTierSpec;
import io.ingresstier.api.NodeLabel;
import io.ingresstier.api.Reason;
import io.ingresstier.api.ServiceRef;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tiers as large, and names as long, as the API lets pass: they work as any other. */
@ApiLevel
class LimitsIT {

    private static final String TIER = "t".repeat(40);
    private static final String NAME = "c".repeat(63);
    private static final NodeLabel LABEL = new NodeLabel("p".repeat(253) + "/" + "l".repeat(63), "v".repeat(63));

    private static OperatorProcess operator;

    private KubernetesClient client;

    @BeforeAll
    static void start(Lab lab, KubernetesClient client) {
        OperatorProcess.install(client);
        operator = OperatorProcess.start(lab, "LimitsIT");
        operator.awaitReady();
    }

    @AfterAll
    static void stop() throws IOException {
        operator.stop();
        Answer.assertNoStackTrace(operator);
    }

    @BeforeEach
    void defaultCluster(KubernetesClient client, FakeNodes nodes) {
        this.client = client;
        nodes.create(4, 2);
    }

    @Test
    void theLongestNamesAreTakenOverAndPutBack() {
        var deployment = Incumbent.deployment(2);
        deployment.getMetadata().setName(NAME);
        client.resource(deployment).create();
        var service = Incumbent.service(BackendMode.Local);
        service.getMetadata().setName(NAME);
        client.resource(service).create();

        var tier = LiveTier.create(
                        client,
                        TIER,
                        spec -> spec.withNodes(n -> n.withLabel(LABEL))
                                .withController(c -> named(NAME))
                                .withLoadBalancer(b -> b.withServiceRefs(List.of(new ServiceRef("kube-system", NAME)))))
                .awaitReady();
        assertThat(labelled()).hasSize(3);

        tier.deleteAndAwaitGone();
        assertThat(labelled()).isEmpty();
        assertThat(client.apps()
                        .deployments()
                        .inNamespace("kube-system")
                        .withName(NAME)
                        .require()
                        .getSpec()
                        .getReplicas())
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void theLargestSpecIsAnsweredInTheStatus(Lab lab) {
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        var names = Collections.nCopies(256, "n".repeat(63));
        var nowhere = new LabelSelectorRequirementBuilder()
                .withKey("kubernetes.io/hostname")
                .withOperator("NotIn")
                .withValues(names)
                .build();
        var selector = new LabelSelectorBuilder()
                .withMatchExpressions(Collections.nCopies(16, nowhere))
                .build();
        var audit = lab.audit();
        var tier = LiveTier.create(
                client,
                "default",
                spec -> Answer.looking(spec)
                        .withNodes(n -> n.withSelector(selector))
                        .withController(c -> new ControllerSpec(
                                c.namespace(),
                                c.name(),
                                null,
                                c.retire(),
                                c.profile(),
                                null,
                                null,
                                null,
                                Collections.nCopies(64, "--" + "a".repeat(4094)),
                                null,
                                null)));

        new Answer(tier, audit).accepted(Reason.Accepted);

        tier.await(t -> !t.getStatus().plan().isEmpty());
        assertThat(tier.get().getStatus().effective().selector()).isEqualTo(selector);
    }

    @Test
    void annotationsAreBoundedByTheServerAndDoNoHarmBelow(Lab lab) {
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        var audit = lab.audit();

        assertThatThrownBy(() -> annotated(1 << 20)).hasMessageContaining("metadata.annotations: Too long");

        annotated((1 << 18) - 100);
        new Answer(new LiveTier(client, "default"), audit).accepted(Reason.Accepted);
    }

    private void annotated(int bytes) {
        var tier = new IngressTier();
        tier.getMetadata().setName("default");
        tier.getMetadata().setAnnotations(Map.of("note", "a".repeat(bytes)));
        tier.setSpec(Answer.looking(LiveTier.quick()));
        client.resource(tier).create();
    }

    private List<Node> labelled() {
        return client.nodes().withLabel(LABEL.key(), LABEL.value()).list().getItems();
    }

    private static ControllerSpec named(String name) {
        var c = IngressTierSpec.defaults().controller();
        return new ControllerSpec(
                c.namespace(), name, null, c.retire(), c.profile(), null, null, null, null, null, null);
    }
}
