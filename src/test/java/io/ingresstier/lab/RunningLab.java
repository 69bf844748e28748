package io.ingresstier.lab;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;

/**
 * One lab that a JVM's tests share, with what plays in it. JUnit closes it after the last test; a shutdown hook does
 * where JUnit cannot.
 */
record RunningLab(Lab lab, Cloud cloud, Optional<FakeKubelet> kubelet) implements AutoCloseable {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(RunningLab.class);

    /** Which of the JVMs that Failsafe has started this is, from 1 on. */
    private static final String FORK = "lab.fork";

    /** A lab with nodes and its cloud. */
    RunningLab(Lab lab) {
        this(lab, lab.cloud(), Optional.empty());
    }

    /** The lab without nodes, started by the first test that wants it. */
    static RunningLab api(ExtensionContext context) {
        return store(context)
                .computeIfAbsent(
                        "api",
                        key -> {
                            var lab = Lab.api(lane(context, 1));
                            return new RunningLab(lab, lab.cloud(), Optional.of(new FakeKubelet(lab.client())));
                        },
                        RunningLab.class);
    }

    /** The lab with six nodes in three zones, started by the first test that wants it. */
    static RunningLab withNodes(ExtensionContext context) {
        return store(context)
                .computeIfAbsent(
                        "lab",
                        key -> {
                            return new RunningLab(Lab.withNodes(6, 3, lane(context, 0)));
                        },
                        RunningLab.class);
    }

    /** Whether this JVM is one of several of a check, which share the machine's cores. */
    static boolean inLanes() {
        return Integer.getInteger(FORK) != null;
    }

    static {
        // A bound is to end a test that hangs; how long something takes on a busy machine is not what it is about.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(2));
    }

    /** A class that runs without its lane may be beside others in other JVMs: each has two numbers, one a level. */
    private static int lane(ExtensionContext context, int level) {
        return context.getConfigurationParameter(Lab.LANE, Integer::valueOf)
                .orElseGet(() -> 2 * (Integer.getInteger(FORK, 1) - 1) + level);
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE);
    }

    /** Whether a test can ask for this parameter. */
    boolean has(ParameterContext parameter) {
        return parts().stream().anyMatch(parameter.getParameter().getType()::isInstance);
    }

    /** What a test asked for. */
    Object get(ParameterContext parameter) {
        return parts().stream()
                .filter(parameter.getParameter().getType()::isInstance)
                .findFirst()
                .orElseThrow();
    }

    /** As it was before the first test, which may have failed between a power cut and the boot that follows. */
    void clean() {
        kubelet.ifPresent(FakeKubelet::forget);
        try {
            lab.dead().forEach(lab::boot);
        } finally {
            wipe();
        }
    }

    private void wipe() {
        try {
            new CleanSlate(lab.client()).wipe();
        } finally {
            kubelet.ifPresent(k -> new CleanSlate(lab.client()).deleteNodes());
            cloud.reset();
        }
    }

    @Override
    public void close() {
        kubelet.ifPresent(FakeKubelet::close);
        cloud.close();
        lab.close();
    }

    private List<Object> parts() {
        KubernetesClient client = lab.client();
        return kubelet.<List<Object>>map(k -> List.of(lab, client, cloud, k, new FakeNodes(client)))
                .orElse(List.of(lab, client, cloud));
    }
}
