package io.ingresstier.apply;

import static io.ingresstier.world.ClusterScenario.SERVICE;
import static io.ingresstier.world.ClusterScenario.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.ingresstier.world.Action;
import io.ingresstier.world.ClusterScenario;
import io.ingresstier.world.ClusterScenario.Traffic;
import io.ingresstier.world.DrainGuardAction;
import io.ingresstier.world.Edits;
import io.ingresstier.world.Marks;
import io.ingresstier.world.NodeAction;
import io.ingresstier.world.NodeTaint;
import io.ingresstier.world.PodAction;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shape of single requests: what is sent, bound to what, and what is not sent. */
@EnableKubernetesMockClient(https = false)
class ApplierTest {

    private static final String N3 = "/api/v1/nodes/n3";

    /** It tells of every request otherwise. */
    private static final Logger QUIET = Logger.getLogger("io.fabric8.mockwebserver");

    static {
        QUIET.setLevel(Level.WARNING);
    }

    private static KubernetesMockServer server;
    private static KubernetesClient client;
    private World world;
    private boolean leads = true;
    private Applier applier;
    private int before;

    @BeforeEach
    void prepare() {
        world = cluster().service(Traffic.LOCAL).world();
        applier = new Applier(client, new OwnWrites(), () -> leads);
        before = server.getRequestCount();
    }

    @Test
    void anAdditionIsOneMergePatchOfOwnedKeysAtTheRevisionOfTheDecision() throws InterruptedException {
        server.expect()
                .patch()
                .withPath(N3 + "?fieldManager=ingresstier-operator")
                .andReturn(200, node("9"))
                .once();

        assertThat(carryOut(claim())).allMatch(w -> w.problem().isEmpty());

        RecordedRequest request = server.getLastRequest();
        assertThat(request.getHeader("Content-Type")).startsWith("application/merge-patch+json");
        assertThat(request.getUtf8Body())
                .contains("\"resourceVersion\":\"" + world.nodes().get("n3").resourceVersion() + "\"")
                .contains("\"labels\":{\"node-role.kubernetes.io/ingress\":\"true\"}")
                .doesNotContain("spec");
        assertThat(requests()).isEqualTo(1);
    }

    @Test
    void aDrainGuardThatTheClusterRefusesHoldsUpNothingElse() {
        server.expect()
                .patch()
                .withPath(
                        "/apis/policy/v1/namespaces/kube-system/poddisruptionbudgets/ingresstier-default-anchors?fieldManager=ingresstier-operator&force=true")
                .andReturn(
                        403,
                        new StatusBuilder()
                                .withCode(403)
                                .withMessage("a policy refuses it")
                                .build())
                .once();
        server.expect()
                .patch()
                .withPath(N3 + "?fieldManager=ingresstier-operator")
                .andReturn(200, node("9"))
                .once();
        var budget = new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withNamespace("kube-system")
                .withName("ingresstier-default-anchors")
                .endMetadata()
                .build();

        var written = applier.carryOut(world, List.of(new DrainGuardAction.ApplyBudget(budget), claim()));

        assertThat(written).hasSize(2);
        assertThat(written.getFirst().problem().orElseThrow()).contains("a policy refuses it");
        assertThat(written.getFirst().retry()).isFalse();
        assertThat(written.getLast().problem()).isEmpty();
    }

    @Test
    void aDetachedPodIsPutBackByOneMergePatchOfItsOwnKeys() throws InterruptedException {
        server.expect()
                .patch()
                .withPath("/api/v1/namespaces/kube-system/pods/tier-n3?fieldManager=ingresstier-operator")
                .andReturn(
                        200,
                        new PodBuilder()
                                .withNewMetadata()
                                .withNamespace("kube-system")
                                .withName("tier-n3")
                                .withResourceVersion("9")
                                .endMetadata()
                                .build())
                .once();
        var pod = ClusterScenario.pod("tier-n3", Map.of(), "n3", "DaemonSet/tier", 40);

        assertThat(carryOut(new PodAction.AttachPod(pod, Map.of("app", "ingress-nginx"), Optional.of(world.now()))))
                .allMatch(w -> w.problem().isEmpty());

        assertThat(server.getLastRequest().getUtf8Body())
                .contains("\"resourceVersion\":\"" + pod.resourceVersion() + "\"")
                .contains("\"labels\":{\"app\":\"ingress-nginx\"}")
                .contains("\"ingresstier.io/detached-at\":null")
                .contains("\"ingresstier.io/attached-at\":\"" + world.now() + "\"")
                .doesNotContain("spec");
    }

    @Test
    void aRestartIsOneDeletionBoundToTheUidAndTheRevisionThatWasJustRead() throws InterruptedException {
        String path = "/api/v1/namespaces/kube-system/pods/tier-n3";
        var failing = new PodBuilder()
                .withNewMetadata()
                .withNamespace("kube-system")
                .withName("tier-n3")
                .withUid("uid-tier-n3")
                .withResourceVersion("99")
                .withLabels(Map.of(Marks.TIER, "default"))
                .addNewOwnerReference()
                .withKind("DaemonSet")
                .withName(ClusterScenario.CONTROLLER.name())
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .withNodeName("n3")
                .endSpec()
                .build();
        server.expect().get().withPath(path).andReturn(200, failing).once();
        server.expect().delete().withPath(path).andReturn(200, failing).once();
        world = cluster()
                .service(Traffic.LOCAL)
                .label("n3", ClusterScenario.ROLE, "true")
                .world()
                .with(new DaemonSetBuilder()
                        .withNewMetadata()
                        .withNamespace("kube-system")
                        .withName(ClusterScenario.CONTROLLER.name())
                        .withLabels(Map.of(Marks.TIER, "default"))
                        .endMetadata()
                        .build());
        var pod = PodView.of(failing);
        world = world.withPods(
                Stream.concat(world.pods().stream(), Stream.of(pod)).toList());

        assertThat(carryOut(new PodAction.RestartPod(pod)))
                .allMatch(w -> w.problem().isEmpty());

        RecordedRequest request = server.getLastRequest();
        assertThat(request.getMethod()).isEqualTo("DELETE");
        assertThat(request.getUtf8Body())
                .contains("\"kind\":\"DeleteOptions\"", "\"uid\":\"uid-tier-n3\"", "\"resourceVersion\":\"99\"")
                .doesNotContain("gracePeriodSeconds");
        assertThat(requests()).as("the live read and the deletion").isEqualTo(2);
    }

    @Test
    void aPodOfTheSameNameThatIsAnotherOneIsNotDeleted() {
        var pod = ClusterScenario.pod("tier-n3", Map.of(Marks.TIER, "default"), "n3", "DaemonSet/tier", 40);
        server.expect()
                .get()
                .withPath("/api/v1/namespaces/kube-system/pods/tier-n3")
                .andReturn(
                        200,
                        new PodBuilder()
                                .withNewMetadata()
                                .withNamespace("kube-system")
                                .withName("tier-n3")
                                .withUid("uid-of-its-successor")
                                .endMetadata()
                                .build())
                .once();

        assertThat(carryOut(new PodAction.RestartPod(pod))).singleElement().matches(w -> w.retry());
        assertThat(requests()).as("the live read only").isEqualTo(1);
    }

    @Test
    void aTaintIsWrittenAsTheWholeListOfTheRevisionItWasDecidedOn() throws InterruptedException {
        server.expect()
                .patch()
                .withPath(N3 + "?fieldManager=ingresstier-operator")
                .andReturn(200, node("9"))
                .once();
        var found = new NodeTaint("pool", "edge", "NoExecute", Optional.of(world.now()));
        var tainted = world.nodes().get("n3").withTaints(List.of(found));

        carryOut(new NodeAction.TaintNode(tainted, NodeTaint.exclusive(ClusterScenario.ROLE, "true")));

        assertThat(server.getLastRequest().getUtf8Body())
                .contains("\"resourceVersion\":\"" + tainted.resourceVersion() + "\"")
                .contains(
                        "\"spec\":{\"taints\":[{\"key\":\"pool\",\"value\":\"edge\",\"effect\":\"NoExecute\",\"timeAdded\":\""
                                + world.now() + "\"},{\"key\":\"" + ClusterScenario.ROLE
                                + "\",\"value\":\"true\",\"effect\":\"NoSchedule\"}]}");
    }

    @Test
    void aReleaseThatWouldLoseATaintOfSomebodyElseIsDropped() {
        var ours = NodeTaint.exclusive(ClusterScenario.ROLE, "true");
        var marks = Map.of(Marks.TIER, "default", Marks.TAINTED, ours.text());
        var seen = world.nodes()
                .get("n3")
                .with(Edits.of(
                        Map.of(ClusterScenario.ROLE, Optional.of("true")),
                        Map.of(
                                Marks.TIER, Optional.of("default"),
                                Marks.TAINTED, Optional.of(ours.text()))))
                .withTaints(List.of(ours));
        server.expect()
                .get()
                .withPath(N3)
                .andReturn(
                        200,
                        new NodeBuilder()
                                .withNewMetadata()
                                .withName("n3")
                                .withUid(seen.uid())
                                .withResourceVersion("99")
                                .withLabels(seen.labels())
                                .withAnnotations(marks)
                                .endMetadata()
                                .withNewSpec()
                                .addNewTaint("NoSchedule", "pool", null, "edge")
                                .addNewTaint("NoSchedule", ClusterScenario.ROLE, null, "true")
                                .endSpec()
                                .build())
                .once();

        assertThat(carryOut(new NodeAction.ReleaseNode(seen, ClusterScenario.ROLE, Optional.empty())))
                .singleElement()
                .matches(w -> w.retry());
        assertThat(requests()).as("the live read only").isEqualTo(1);
    }

    @Test
    void aConflictIsNotTriedAgainButPlannedAnew() {
        server.expect()
                .patch()
                .withPath(N3 + "?fieldManager=ingresstier-operator")
                .andReturn(
                        409,
                        new StatusBuilder()
                                .withCode(409)
                                .withMessage("modified")
                                .build())
                .once();

        assertThat(carryOut(claim(), claim())).singleElement().satisfies(w -> {
            assertThat(w.retry()).isTrue();
            assertThat(w.problem()).contains("modified");
        });
        assertThat(requests()).isEqualTo(1);
    }

    @Test
    void aRefusalOfTheServerIsAFailure() {
        server.expect()
                .patch()
                .withPath(N3 + "?fieldManager=ingresstier-operator")
                .andReturn(
                        403,
                        new StatusBuilder()
                                .withCode(403)
                                .withMessage("forbidden")
                                .build())
                .once();

        assertThat(carryOut(claim())).singleElement().satisfies(w -> {
            assertThat(w.retry()).isFalse();
            assertThat(w.problem()).contains("forbidden");
        });
    }

    @Test
    void whatIsRefusedHoldsNothingUpWhereEverythingIsTriedButALostRaceDoes() {
        answer(403, "forbidden");
        answer(200, "");
        answer(409, "modified");

        assertThat(applier.carryOutWhatCanBe(world, List.of(claim(), claim(), claim(), claim())))
                .extracting(w -> w.problem().orElse("made"))
                .containsExactly("forbidden", "made", "modified");
        assertThat(requests()).isEqualTo(3);
    }

    private static void answer(int code, String message) {
        Object body = code == 200
                ? node("9")
                : new StatusBuilder().withCode(code).withMessage(message).build();
        server.expect()
                .patch()
                .withPath(N3 + "?fieldManager=ingresstier-operator")
                .andReturn(code, body)
                .once();
    }

    @Test
    void whoDoesNotLeadSendsNothing() {
        leads = false;

        assertThat(carryOut(claim())).singleElement().matches(w -> w.problem().isPresent());
        assertThat(requests()).isZero();
    }

    @Test
    void whatTakesAwayIsDroppedWhenAnOwnedFieldIsNotAsThePlanSawIt() {
        var service = world.services().get(SERVICE);
        server.expect()
                .get()
                .withPath("/api/v1/namespaces/kube-system/services/nginx-ingress-lb")
                .andReturn(
                        200,
                        new ServiceBuilder()
                                .withNewMetadata()
                                .withNamespace(SERVICE.namespace())
                                .withName(SERVICE.name())
                                .withUid(service.uid())
                                .withResourceVersion("99")
                                .withAnnotations(Map.of(ClusterScenario.ALIBABA + "backend-label", "pool=edge"))
                                .endMetadata()
                                .withNewSpec()
                                .withType("LoadBalancer")
                                .withSelector(service.selector())
                                .endSpec()
                                .build())
                .once();
        var attach = new ServiceAction.AttachService(
                service,
                Map.of(ClusterScenario.ALIBABA + "backend-label", "node-role.kubernetes.io/ingress=true"),
                world.now(),
                Optional.empty());

        assertThat(carryOut(attach)).singleElement().matches(w -> w.retry());
        assertThat(requests()).as("the live read only").isEqualTo(1);
    }

    private int requests() {
        return server.getRequestCount() - before;
    }

    private List<Written> carryOut(Action... actions) {
        return applier.carryOut(world, List.of(actions));
    }

    private NodeAction claim() {
        return new NodeAction.ClaimNode(
                world.nodes().get("n3"), "default", "uid-tier", ClusterScenario.ROLE, "true", world.now());
    }

    private static Node node(String resourceVersion) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName("n3")
                .withResourceVersion(resourceVersion)
                .endMetadata()
                .build();
    }
}
