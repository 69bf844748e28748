package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.ingresstier.api.BackendMode;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.AuditLog;
import io.ingresstier.lab.AuditLog.Request;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeKubelet;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.OperatorProcess;
import io.ingresstier.world.Marks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One process writes at a time; another finishes what it leaves undone, whether it was told to stop or was killed. */
@ApiLevel
class LeaderIT {

    /** Longer than a lease lasts, on a machine that does other things too. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<OperatorProcess> operators = new ArrayList<>();
    private KubernetesClient client;
    private Lab lab;
    private AuditLog audit;

    @BeforeEach
    void defaultCluster(Lab lab, KubernetesClient client, FakeNodes nodes) {
        this.client = client;
        this.lab = lab;
        OperatorProcess.install(client);
        nodes.create(6, 3);
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        audit = lab.audit();
    }

    @AfterEach
    void stop() {
        operators.forEach(OperatorProcess::close);
    }

    @Test
    void anotherLeadsAtOnceAfterATermAndInTheEndAfterAKillAndTheTakeoverIsFinished(Cloud cloud, FakeKubelet kubelet) {
        // The first gets no further than its first member, and the next not past the soak: each leaves the others work.
        kubelet.neverReady(Marks.TIER, "default");
        OperatorProcess first = start("first");
        awaitLeader(first);
        start("second");
        start("third");
        var tier = LiveTier.create(client, "default", spec -> spec.withRollout(r -> r.withSoakSeconds(10)))
                .await(t -> t.getStatus().replicas() != null && t.getStatus().replicas() > 0);

        first.stop();
        assertThat(lease())
                .as("the lease once the first has ended: it was given back, and need not run out")
                .hasValueSatisfying(lease -> assertThat(givenBack(lease)
                                || !first.identity().equals(lease.getSpec().getHolderIdentity()))
                        .isTrue());
        OperatorProcess next = awaitAnotherLeader(first);
        kubelet.forget();

        tier.await(t -> t.getStatus().takeover() != null
                && next.identity().equals(t.getStatus().takeover().soakLeader()));
        next.kill();
        OperatorProcess last = awaitAnotherLeader(next);
        tier.awaitReady();

        await().untilAsserted(() -> assertThat(cloud.backends(Cloud.INGRESS, 80))
                .isEqualTo(tier.members())
                .hasSize(3));
        assertThat(tier.get().getStatus().takeover().soakLeader()).isEqualTo(last.identity());
        assertThat(writers()).hasSize(3).doesNotHaveDuplicates();
    }

    /** Whose writes they were, in order, each named once for as long as nobody else wrote. */
    private List<String> writers() {
        var writers = new ArrayList<String>();
        for (Request write : audit.writes()) {
            if (writers.isEmpty() || !writers.getLast().equals(write.credential())) {
                writers.add(write.credential());
            }
        }
        return writers;
    }

    private OperatorProcess start(String name) {
        var operator = OperatorProcess.start(lab, "LeaderIT-" + name);
        operators.add(operator);
        return operator.awaitReady();
    }

    private OperatorProcess awaitAnotherLeader(OperatorProcess before) {
        operators.remove(before);
        return await("another than " + before.log() + " to hold the lease")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(this::leader, Optional::isPresent)
                .orElseThrow();
    }

    private void awaitLeader(OperatorProcess operator) {
        await("the lease to be held by " + operator.log())
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> leader().filter(operator::equals).isPresent());
    }

    /** Which of the operators that are left holds the lease. */
    private Optional<OperatorProcess> leader() {
        Optional<String> holder = lease().map(lease -> lease.getSpec().getHolderIdentity());
        return operators.stream()
                .filter(o -> holder.filter(o.identity()::equals).isPresent())
                .findFirst();
    }

    private Optional<Lease> lease() {
        return Optional.ofNullable(client.leases()
                .inNamespace("ingresstier-system")
                .withName("ingresstier-operator")
                .get());
    }

    /** fabric8's elector gives a lease back by letting it end within a second; the name of its holder stays. */
    private static boolean givenBack(Lease lease) {
        return lease.getSpec().getLeaseDurationSeconds() == 1;
    }
}
