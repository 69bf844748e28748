package io.ingresstier.lab;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real Kubernetes on this machine. Two levels: {@link #api} is an API server with controllers and scheduler and no
 * node, {@link #withNodes} has real nodes and a balancer. It goes down with this object, and with the JVM at the
 * latest.
 */
public final class Lab implements AutoCloseable {

    /** A parameter of JUnit's: how many numbers after the configured one the lab of these tests has. */
    public static final String LANE = "lab.lane";

    /** What a cloud without HAProxy says is its balancer's address; documentation range, nothing is sent there. */
    private static final String NO_VIP = "203.0.113.8";

    private static final Duration BOOT = Duration.ofMinutes(3);

    private final LabScript script;
    private final LabProperties properties;
    private final KubernetesClient client;
    private final Thread hook;
    private final int nodes;

    private Lab(LabScript script, int nodes) {
        this.script = script;
        this.nodes = nodes;
        this.properties = LabProperties.parse(script.run("properties"));
        this.client = connect();
        this.hook = new Thread(this::abandon, "lab-down");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** A lab without nodes: real API server and controllers, no traffic. */
    static Lab api(int lane) {
        return up(LabScript.configured().lane(lane), 0, List.of("up", "--nodes", "0"));
    }

    /** A lab with nodes {@code n1}, {@code n2}, … over zones, and a balancer. */
    public static Lab withNodes(int nodes, int zones) {
        return withNodes(nodes, zones, 0);
    }

    static Lab withNodes(int nodes, int zones, int lane) {
        return up(
                LabScript.configured().lane(lane),
                nodes,
                List.of("up", "--nodes", "" + nodes, "--zones", "" + zones, "--balancer"));
    }

    private static Lab up(LabScript script, int nodes, List<String> arguments) {
        // An up that fails cleans up after itself; one that is refused, because the lab is somebody's, must leave it
        // alone.
        script.run(arguments);
        return new Lab(script, nodes);
    }

    /** Which of the labs on this machine it is. */
    public int number() {
        return script.number();
    }

    /** How many nodes the lab was started with. */
    public int nodes() {
        return nodes;
    }

    /** The administrator's client; it goes with the lab. */
    public KubernetesClient client() {
        return client;
    }

    /** Another client of the administrator's, for who must not share connections; the caller closes it. */
    public KubernetesClient connect() {
        Config config = Config.fromKubeconfig(properties.kubeconfig().toFile());
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(config)
                        .withRequestRetryBackoffLimit(1)
                        .build())
                .build();
    }

    /** Where the lab's things are. */
    LabProperties properties() {
        return properties;
    }

    /** Who asked for what, from now on. */
    public AuditLog audit() {
        return AuditLog.fromNow(properties.audit());
    }

    /** What {@code kubectl} prints for these arguments. */
    public String kubectl(String... arguments) {
        var command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        return script.run(command);
    }

    /** Cuts a node's power, and tells when: from then on it sends nothing and gets nothing. */
    public Instant kill(String node) {
        var seconds = new BigDecimal(script.run("node", "kill", node).strip());
        return Instant.EPOCH.plusNanos(seconds.movePointRight(9).longValueExact());
    }

    /** Shuts a node down in order. */
    public void stop(String node) {
        script.run("node", "stop", node);
    }

    /**
     * Boots a node that was killed or stopped, and waits until its kubelet has said so itself: what the API server says
     * is older at first.
     */
    public void boot(String node) {
        Instant off = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        script.run("node", "start", node);
        await("node " + node + " to boot").atMost(BOOT).until(() -> {
            Node now = client.nodes().withName(node).get();
            return now != null && conditions(now).stream().anyMatch(c -> readySince(c, off));
        });
    }

    private static List<NodeCondition> conditions(Node node) {
        return node.getStatus() == null ? List.of() : node.getStatus().getConditions();
    }

    private static boolean readySince(NodeCondition condition, Instant off) {
        return "Ready".equals(condition.getType())
                && "True".equals(condition.getStatus())
                && Instant.parse(condition.getLastHeartbeatTime()).isAfter(off);
    }

    /** The nodes that are off. */
    public List<String> dead() {
        return nodes == 0 ? List.of() : script.run("dead").lines().toList();
    }

    /** Starts the cloud's controller; with the lab's balancer where it has one. */
    public Cloud cloud() {
        return properties
                .vip()
                .map(vip -> new Cloud(client, Map.of(80, listener(80)), vip))
                .orElseGet(() -> new Cloud(client, Map.of(), NO_VIP));
    }

    private LoadBalancer listener(int port) {
        return new LoadBalancer(properties.haproxy(), properties.listener(port));
    }

    /** Starts clients against the balancer's port 80. */
    public Traffic traffic(Load load) {
        return Traffic.start(properties.traffic(), "http://" + properties.vip().orElseThrow() + ":80", load);
    }

    /** Leaves the lab up when this JVM ends; {@code lab.sh down} is then the caller's. */
    public void keep() {
        Runtime.getRuntime().removeShutdownHook(hook);
        client.close();
    }

    /**
     * What this JVM started, such as clients and the operator, goes with the lab, however it comes to its end. Who
     * asked its API server for what stays in {@code target/audit}.
     */
    private void abandon() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            if (Files.exists(properties.audit())) {
                AuditLog.whole(properties.audit())
                        .appendTo(LabScript.project().resolve("target/audit/lab-" + number() + ".jsonl"));
            }
        } finally {
            script.run("down");
        }
    }

    @Override
    public void close() {
        client.close();
        abandon();
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
