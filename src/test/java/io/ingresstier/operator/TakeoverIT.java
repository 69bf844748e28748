package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.ingresstier.api.BackendMode;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.AuditLog.Request;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole way there and back with the operator's own rights, as the API server has recorded it. */
@ApiLevel
class TakeoverIT {

    private KubernetesClient client;
    private Incumbent incumbent;
    private AuditLog audit;
    private OperatorProcess operator;
    private Map<String, String> before;

    @BeforeEach
    void defaultCluster(Lab lab, KubernetesClient client, Cloud cloud, FakeNodes nodes) {
        this.client = client;
        OperatorProcess.install(client);
        nodes.create(6, 3);
        incumbent = new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        await().until(() -> cloud.idle() && cloud.backends(Cloud.INGRESS, 80).size() == 2);
        before = ClusterDump.of(client);
        audit = lab.audit();
        operator = OperatorProcess.start(lab, "TakeoverIT");
        operator.awaitReady();
    }

    @AfterEach
    void stop() {
        operator.stop();
    }

    @Test
    void writesComeInTheDesignedOrderAndADeletedTierGivesEverythingBack(Cloud cloud) {
        var tier = LiveTier.create(client).awaitReady();

        List<Request> forward = audit.writes();
        assertThat(steps(forward))
                .containsExactly(
                        "patch ingresstiers", // the finalizer
                        "create configmaps", // the originals
                        "patch daemonsets",
                        "patch nodes", // the canary, alone until it serves
                        "patch poddisruptionbudgets", // the drain guard
                        "patch deployments", // its anchors
                        "patch nodes",
                        "patch nodes",
                        "patch services", // attach
                        "patch services", // narrow
                        "patch configmaps", // retired, before the act
                        "patch deployments", // to zero
                        "patch services"); // widen
        await().untilAsserted(() -> assertThat(cloud.backends(Cloud.INGRESS, 80))
                .isEqualTo(tier.members())
                .hasSize(3));
        assertThat(incumbent.workload().require().getSpec().getReplicas()).isZero();
        assertThat(client.configMaps()
                        .inNamespace(Incumbent.NAMESPACE)
                        .withName("ingresstier-default-originals")
                        .require()
                        .getMetadata()
                        .getManagedFields())
                .extracting(ManagedFieldsEntry::getManager)
                .containsOnly("ingresstier-operator");

        tier.deleteAndAwaitGone();

        // The server writes its audit line after the answer: the last one may come after the tier was seen to be gone.
        await().untilAsserted(() -> assertThat(
                        kinds(audit.writes().stream().skip(forward.size()).toList()))
                .startsWith("patch deployments", "patch services", "patch")
                .endsWith(
                        "delete deployments", // the anchors
                        "delete poddisruptionbudgets",
                        "delete daemonsets",
                        "patch services",
                        "delete configmaps",
                        "patch ingresstiers"));
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(ClusterDump.of(client)).isEqualTo(withReplicas(before, 3)));
        assertThat(audit.ofOperator()).noneMatch(r -> r.code() == 403);
    }

    private static List<String> steps(List<Request> writes) {
        return writes.stream().map(r -> r.verb() + " " + r.resource()).toList();
    }

    /** Members leave one by one, by patches of nodes and pods. */
    private static List<String> kinds(List<Request> writes) {
        var kinds = new ArrayList<String>();
        for (String step : steps(writes)) {
            String kind = step.matches("patch (nodes|pods)") ? "patch" : step;
            if (kinds.isEmpty() || !kinds.getLast().equals(kind)) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    /** As many as the tier had serving: a deletion never leaves fewer pods than before it. */
    private static Map<String, String> withReplicas(Map<String, String> dump, int replicas) {
        var changed = new TreeMap<>(dump);
        changed.computeIfPresent(
                "Deployment " + Incumbent.NAME,
                (key, yaml) -> yaml.replaceFirst("replicas: \\d+", "replicas: " + replicas));
        return changed;
    }
}
