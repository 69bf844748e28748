package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.ingresstier.api.NodeState;
import io.ingresstier.api.NodeStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Shows a scenario while it runs: a table that refreshes in place where there is a terminal, else a line whenever
 * something changed.
 */
final class Board implements AutoCloseable {

    private static final long PERIOD_MS = 500;
    private static final String HOME = "\033[H";
    private static final String CLEAR_SCREEN = "\033[2J";
    private static final String CLEAR_LINE = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";

    private final Scenario scenario;
    private final KubernetesClient client;
    private final boolean terminal =
            System.console() != null && System.console().isTerminal() && !"dumb".equals(System.getenv("TERM"));
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("board").factory());
    private String last = "";

    Board(Scenario scenario, KubernetesClient client) {
        this.scenario = scenario;
        this.client = client;
    }

    /** Shows at once, and then all the time. */
    void start() {
        if (terminal) {
            System.out.print(CLEAR_SCREEN);
        }
        clock.scheduleWithFixedDelay(this::show, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        clock.shutdown();
        show();
    }

    private synchronized void show() {
        try {
            if (terminal) {
                String screen = table() + "\n" + step() + "\n" + counts() + "\n";
                System.out.print(HOME + screen.replace("\n", CLEAR_LINE + "\n") + CLEAR_BELOW);
            } else if (!(step() + nodes()).equals(last)) {
                last = step() + nodes();
                System.out.println(last + " | " + counts());
            }
            System.out.flush();
        } catch (RuntimeException e) {
            System.out.println("(" + e.getMessage() + ")");
        }
    }

    private String step() {
        Phase now = scenario.steps().phases().getLast();
        return "step: %-24s".formatted(now.name())
                + (terminal ? " for " + now.duration().toSeconds() + " s" : "");
    }

    private String counts() {
        return scenario.traffic()
                .snapshot()
                .map(s -> "%,d requests sent, %,d failed; %d downloads under way, %d broken; p50 %.1f ms, p99 %.1f ms"
                        .formatted(s.sent(), s.failed(), s.downloadsInFlight(), s.broken(), s.p50ms(), s.p99ms()))
                .orElse("no request yet");
    }

    /** One line for all nodes: members with their state, and how many backends the balancer has. */
    private String nodes() {
        String members = members().values().stream()
                .map(n -> n.name() + " " + state(Optional.of(n)))
                .sorted()
                .collect(Collectors.joining(", "));
        return "| " + scenario.cloud().backends(Cloud.INGRESS, 80).size() + " backends | "
                + (members.isEmpty() ? "no member" : members);
    }

    private String table() {
        var members = members();
        var pods = client.pods()
                .inNamespace(Incumbent.NAMESPACE)
                .withLabels(Incumbent.LABELS)
                .list()
                .getItems();
        var backends = scenario.cloud().backends(Cloud.INGRESS, 80);
        var text =
                new StringBuilder("%-6s %-16s %-11s %-9s %s%n".formatted("NODE", "ZONE", "MEMBER", "BACKEND", "PODS"));
        client.nodes().list().getItems().forEach(node -> {
            String name = node.getMetadata().getName();
            var here = pods.stream()
                    .filter(p -> name.equals(p.getSpec().getNodeName()))
                    .toList();
            boolean backend = backends.contains(name)
                    || here.stream()
                            .anyMatch(p -> backends.contains(p.getStatus().getPodIP()));
            text.append("%-6s %-16s %-11s %-9s %s%n"
                    .formatted(
                            name,
                            node.getMetadata().getLabels().getOrDefault("topology.kubernetes.io/zone", ""),
                            state(Optional.ofNullable(members.get(name))),
                            backend ? "yes" : "",
                            here.stream().map(Board::pod).collect(Collectors.joining(", "))));
        });
        return text.toString();
    }

    private Map<String, NodeStatus> members() {
        return scenario.steps().tier().map(t -> t.getStatus().nodes()).orElse(List.of()).stream()
                .collect(Collectors.toMap(NodeStatus::name, n -> n));
    }

    private static String state(Optional<NodeStatus> member) {
        return member.map(NodeStatus::state).map(NodeState::name).orElse("");
    }

    private static String pod(Pod pod) {
        String owner = pod.getMetadata().getOwnerReferences().stream()
                .map(o -> "DaemonSet".equals(o.getKind()) ? "tier" : "incumbent")
                .findFirst()
                .orElse("pod");
        boolean ready = pod.getStatus().getConditions().stream()
                .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
        boolean ending = Objects.nonNull(pod.getMetadata().getDeletionTimestamp());
        return owner + (ending ? " ending" : ready ? "" : " starting");
    }
}
