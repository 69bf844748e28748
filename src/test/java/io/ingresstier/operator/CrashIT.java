package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.IngressTier;
import io.ingresstier.api.IngressTierSpec;
import io.ingresstier.api.Mode;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.ApiLevel;
import io.ingresstier.lab.Cloud;
import io.ingresstier.lab.FakeNodes;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.lab.Lab;
import io.ingresstier.lab.WriteGate;
import io.ingresstier.lab.WriteGate.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The operator is killed right after a write of its own was carried out, before it learns of it, and a new process goes
 * on. Wherever that happens, takeover and restore come to the same end, by the same writes: none is made twice, none is
 * left out. That every invariant holds on the way is judged for all tests of this level.
 */
@ApiLevel
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CrashIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** Longer than a pass takes. */
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    /** Times, uids, the addresses and ports that the API server gives to a Service, and the provider's hash of them. */
    private static final Pattern LOT = Pattern.compile("[0-9-]{10}T[0-9:.]+Z|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
            + "|[0-9]+([.][0-9]+){3}|(?<=odePort: )[0-9]+|[0-9a-f]{56}");

    private static final long SEED = 20_260_101;

    private Lab lab;
    private KubernetesClient client;
    private Cloud cloud;
    private FakeNodes nodes;
    private @Nullable Course undisturbed;

    /**
     * What came of a takeover and the deletion of its tier.
     *
     * @param writes of the operator to each object, in order, without what differs from one time to the other
     * @param taken the cluster once the tier served
     * @param restored the cluster once the tier was gone
     */
    private record Course(Map<String, List<String>> writes, Map<String, String> taken, Map<String, String> restored) {}

    @BeforeEach
    void defaultCluster(Lab lab, KubernetesClient client, Cloud cloud, FakeNodes nodes) {
        this.lab = lab;
        this.client = client;
        this.cloud = cloud;
        this.nodes = nodes;
        nodes.create(6, 3);
        // Else the scheduler decided where the incumbent runs, and with it which nodes become members.
        List<String> later = List.of("n3", "n4", "n5", "n6");
        later.forEach(node -> nodes.schedulable(node, false));
        new Incumbent(client, BackendMode.Local, 2).create().awaitReady();
        later.forEach(node -> nodes.schedulable(node, true));
        await().until(() -> cloud.idle() && cloud.backends(Cloud.INGRESS, 80).size() == 2);
    }

    @Test
    @Order(1)
    void undisturbed() {
        undisturbed = course("undisturbed", write -> false);

        assertThat(undisturbed.writes().values().stream().mapToInt(List::size).sum())
                .isGreaterThan(25);
    }

    static Stream<Arguments> kills() {
        var random = new Random(SEED);
        var chosen = random.ints(64, 0, 2).toArray();
        return Stream.of(
                Arguments.of("odd", (IntPredicate) write -> write % 2 == 1),
                Arguments.of("even", (IntPredicate) write -> write % 2 == 0),
                Arguments.of("random", (IntPredicate) write -> chosen[write] == 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kills")
    @Order(2)
    void killedAfterAnyWriteItComesToTheSameEndByTheSameWrites(String name, IntPredicate fatal) {
        assertThat(undisturbed).as("the course without a kill").isNotNull();

        var disturbed = course(name, fatal);

        assertThat(disturbed.writes()).isEqualTo(undisturbed.writes());
        assertThat(disturbed.taken()).isEqualTo(undisturbed.taken());
        assertThat(disturbed.restored()).isEqualTo(undisturbed.restored());
    }

    @Test
    @Order(3)
    void aConnectionThatIsCutWhenAWriteIsDueOnlyDelaysIt() {
        try (var gate = new WriteGate(lab);
                var operator = new Restarted(lab, client, gate, "cut")) {
            var tier = LiveTier.create(client, "default", spec -> spec.withRollout(r -> r.withSoakSeconds(4)));
            Instant soaked = Instant.parse(awaitSoak(tier)).plusSeconds(5);
            gate.shut();
            await("the write that is due").until(() -> Instant.now().isAfter(soaked));
            gate.reopen();

            tier.awaitReady();
            assertThat(operator.goesOn()).isTrue();
        }
    }

    private static String awaitSoak(LiveTier tier) {
        tier.await(t ->
                t.getStatus().takeover() != null && t.getStatus().takeover().soakStartTime() != null);
        return tier.get().getStatus().takeover().soakStartTime();
    }

    private Course course(String name, IntPredicate fatal) {
        try (var gate = new WriteGate(lab);
                var operator = new Restarted(lab, client, gate, name)) {
            gate.onWrite(fatal, operator::kill);
            var tier = LiveTier.create(client, "default", CrashIT::quickest);
            await("the takeover")
                    .atMost(PATIENCE)
                    .failFast("an operator ended by itself", () -> !operator.goesOn())
                    .until(() -> ready(tier.get()));
            assertQuiet(gate);
            Map<String, String> taken = dump();

            // On a member a pod of the restored incumbent would spare an exclusion. Members that are cordoned are
            // replaced, if the tier may.
            set(tier, Mode.Plan);
            tier.await(ConditionType.Ready, "True", Reason.Planned);
            tier.members().forEach(member -> nodes.schedulable(member, false));
            tier.resource().delete();
            set(tier, Mode.Apply);
            await("the restore")
                    .atMost(PATIENCE)
                    .failFast("an operator ended by itself", () -> !operator.goesOn())
                    .until(() -> tier.resource().get() == null);
            assertQuiet(gate);
            int kills = (int)
                    IntStream.rangeClosed(1, gate.writes().size()).filter(fatal).count();
            assertThat(operator.kills()).isEqualTo(kills);
            return new Course(byObject(gate.writes()), taken, dump());
        }
    }

    private static IngressTierSpec quickest(IngressTierSpec quick) {
        return quick.withNodes(n -> n.withReplicas(2))
                .withRollout(r -> r.withSoakSeconds(1))
                .withLoadBalancer(b -> b.withSettleSeconds(1));
    }

    private static boolean ready(IngressTier tier) {
        return tier.getStatus()
                .condition(ConditionType.Ready)
                .filter(c -> "True".equals(c.getStatus()))
                .isPresent();
    }

    private void assertQuiet(WriteGate gate) {
        int writes = gate.writes().size();
        await().during(A_WHILE).atMost(PATIENCE).until(() -> gate.writes().size() == writes && cloud.idle());
    }

    /** The cluster without what is drawn by lot or told by a clock. */
    private Map<String, String> dump() {
        var dump = new TreeMap<String, String>();
        ClusterDump.of(client)
                .forEach((object, yaml) -> dump.put(object, LOT.matcher(yaml).replaceAll("…")));
        return dump;
    }

    /**
     * What was sent to each object, without values. Between objects the order may differ: two members leave one after
     * the other, and the record on the first one's node goes before the second's next step or after it. What must not
     * come before what is an invariant, and judged.
     */
    private static Map<String, List<String>> byObject(List<Write> writes) {
        var byObject = new TreeMap<String, List<String>>();
        for (Write write : writes) {
            String[] request = write.request().split(" ", 2);
            // The name of a pod is drawn by lot.
            String path = request[1].replaceFirst("(/pods/.*-).....$", "$1…");
            var fields = new TreeSet<String>();
            if (request[0].equals("PATCH") && !path.contains("/daemonsets/")) {
                fields("", json(write.body()), fields);
            }
            byObject.computeIfAbsent(path, object -> new ArrayList<>()).add(request[0] + " " + fields);
        }
        return byObject;
    }

    private static void set(LiveTier tier, Mode mode) {
        tier.resource().patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"mode\": \"%s\"}}".formatted(mode));
    }

    private static void fields(String path, JsonNode node, Set<String> found) {
        if (node.isObject()) {
            node.properties().forEach(field -> fields(path + "/" + field.getKey(), field.getValue(), found));
        } else if (!path.equals("/metadata/resourceVersion")) {
            found.add((node.isNull() ? "-" : "+") + path);
        }
    }

    private static JsonNode json(String text) {
        try {
            return Serialization.jsonMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(text, e);
        }
    }
}
