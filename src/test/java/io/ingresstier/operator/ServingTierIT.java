package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.DeletionPolicy;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.AuditLog.Request;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** A tier that has taken over: quiet, readable for people, and left running where that is asked. */
@ApiLevel(cleanAfterEach = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServingTierIT {

    private static final int NODES = 6;

    private KubernetesClient client;
    private Lab lab;
    private LiveTier tier;
    private OperatorProcess operator;

    @BeforeAll
    void takeOver(Lab lab, KubernetesClient client, FakeNodes nodes) {
        this.client = client;
        this.lab = lab;
        OperatorProcess.install(client);
        nodes.create(NODES, 3);
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        operator = OperatorProcess.start(lab, "ServingTierIT");
        operator.awaitReady();
        tier = LiveTier.create(client, "default", spec -> spec.withDeletionPolicy(DeletionPolicy.Retain));
        lab.kubectl("wait", "--for=condition=Ready", "itier/default", "--timeout=90s");
    }

    @AfterAll
    void stop() {
        operator.stop();
    }

    @Test
    @Order(1)
    void heartbeatsOfNodesMakeItWriteNothing(FakeNodes nodes, Cloud cloud) {
        await().until(cloud::idle);
        String version = tier.get().getMetadata().getResourceVersion();
        AuditLog audit = lab.audit();
        var beat = new AtomicInteger();
        try (var kubelets = Executors.newSingleThreadScheduledExecutor()) {
            kubelets.scheduleAtFixedRate(
                    () -> nodes.heartbeat("n" + (beat.getAndIncrement() % NODES + 1)), 0, 50, TimeUnit.MILLISECONDS);
            await().atMost(Duration.ofMinutes(2)).until(() -> beat.get() >= 160);
            kubelets.shutdownNow();
        }

        assertThat(audit.requests())
                .filteredOn(r -> r.resource().equals("nodes/status"))
                .hasSizeGreaterThan(100);
        assertThat(audit.ofOperator())
                .filteredOn(Request::wrote)
                .allMatch(r -> r.resource().equals("leases"));
        assertThat(tier.get().getMetadata().getResourceVersion()).isEqualTo(version);
    }

    @Test
    @Order(2)
    void peopleSeeHowItIs() {
        String columns = "NAME +READY +DESIRED +SERVING +ZONES +BACKENDS +REASON +AGE";
        assertThat(lab.kubectl("get", "itier"))
                .containsPattern("^" + columns + "\\n")
                .containsPattern("default +True +3 +3 +3 +3 +Serving +");
        assertThat(lab.kubectl("get", "itier", "-o", "wide"))
                .containsPattern("^" + columns + " +PROVIDER +MESSAGE\\n")
                .containsPattern(
                        "Alibaba +Every member serves and the tier alone receives the traffic. Nothing to do.");
        assertThat(lab.kubectl("explain", "itier.spec.nodes")).contains("Which nodes are members of the tier.");
    }

    @Test
    @Order(2)
    void everyConditionAndEventIsASentence() {
        assertThat(tier.get().getStatus().conditions())
                .extracting(Condition::getMessage)
                .allMatch(ServingTierIT::sentence);
        assertThat(client.v1().events().inNamespace("default").list().getItems())
                .filteredOn(e -> "ingresstier-operator".equals(e.getReportingComponent()))
                .isNotEmpty()
                .extracting(Event::getMessage)
                .allMatch(ServingTierIT::sentence);
        assertThat(lab.kubectl("describe", "itier", "default"))
                .contains("NodeClaimed", "NodeServing", "BackendsSettled", "TakenOver");
        assertThat(lab.kubectl("describe", "node", tier.members().iterator().next()))
                .contains("was claimed by tier default")
                .contains("serves traffic as a member of tier default");
    }

    private static boolean sentence(String message) {
        return Character.isUpperCase(message.charAt(0)) && message.endsWith(".");
    }

    @Test
    @Order(3)
    void scaleIsAccepted() {
        assertThat(lab.kubectl("scale", "itier/default", "--replicas=4", "--dry-run=server"))
                .contains("scaled");
    }

    @Test
    @Order(4)
    void retainedItLeavesEverythingRunningAndNothingMarked(Cloud cloud) {
        Set<String> members = tier.members();

        tier.deleteAndAwaitGone();

        await().atMost(Duration.ofMinutes(2)).until(cloud::idle);
        assertThat(tier.members()).isEqualTo(members).hasSize(3);
        assertThat(cloud.backends(Cloud.INGRESS, 80)).isEqualTo(members);
        var dump = ClusterDump.of(client);
        // Its pods' selector holds the label, and a tier that is made again goes on from it.
        assertThat(dump.remove("DaemonSet " + Incumbent.NAME)).contains("ingresstier.io/tier");
        assertThat(dump.toString()).doesNotContain("ingresstier.io/");
    }
}
