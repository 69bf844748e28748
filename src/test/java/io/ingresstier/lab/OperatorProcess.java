package io.ingresstier.lab;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamedAuthInfoBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The operator in a process of its own, outside the cluster, with the rights of its own ServiceAccount and no others.
 */
public final class OperatorProcess implements AutoCloseable {

    private static final String NAMESPACE = "ingresstier-system";
    private static final String ACCOUNT = "ingresstier-operator";
    private static final String MAIN = "io.ingresstier.operator.Main";
    private static final long TOKEN_SECONDS = Duration.ofHours(24).toSeconds();

    /** Five hundred ports a lab, so that operators of labs side by side do not look for the same ones. */
    private static final int FIRST_PORT = 20_000;

    private static final int PORTS = 500;

    private static final AtomicInteger NEXT = new AtomicInteger();

    private final Process process;
    private final String identity;
    private final Path log;
    private final int port;

    private OperatorProcess(Process process, String identity, Path log, int port) {
        this.process = process;
        this.identity = identity;
        this.log = log;
        this.port = port;
    }

    /** Installs what the manifest holds but for the Deployment: CRD, namespace, ServiceAccount and its rights. */
    public static void install(KubernetesClient client) {
        try (var manifest = Files.newInputStream(LabScript.project().resolve("deploy/operator.yaml"))) {
            List<HasMetadata> objects = client.load(manifest).items();
            objects.stream()
                    .filter(o -> !"Deployment".equals(o.getKind()))
                    .forEach(o -> client.resource(o).forceConflicts().serverSideApply());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitEstablished(
                client.apiextensions().v1().customResourceDefinitions().withName("ingresstiers.ingresstier.io"));
    }

    /** Waits until the API server knows a kind; its definition has no conditions at first. */
    public static void awaitEstablished(Resource<CustomResourceDefinition> definition) {
        definition.waitUntilCondition(
                d -> Optional.ofNullable(d)
                        .map(CustomResourceDefinition::getStatus)
                        .map(CustomResourceDefinitionStatus::getConditions)
                        .orElse(List.of())
                        .stream()
                        .anyMatch(c -> "Established".equals(c.getType()) && "True".equals(c.getStatus())),
                120,
                TimeUnit.SECONDS);
    }

    /**
     * Starts one, as a Pod of this name would run; {@link #install} comes first.
     *
     * @param name the pod's name, also of the log file in {@code target/operator}, after the lab's number
     */
    public static OperatorProcess start(Lab lab, String name) {
        return start(lab, name, Optional.empty());
    }

    /** The same, with a gate between it and the API server. */
    public static OperatorProcess start(Lab lab, String name, WriteGate gate) {
        return start(lab, name, Optional.of(gate.url()));
    }

    private static OperatorProcess start(Lab lab, String name, Optional<String> server) {
        try {
            int port = freePort(FIRST_PORT + lab.number() * PORTS);
            String identity = UUID.randomUUID().toString();
            Path log = Files.createDirectories(LabScript.project().resolve("target/operator"))
                    .resolve(lab.number() + "-" + name + ".log");
            var command = new ArrayList<>(
                    List.of(ProcessHandle.current().info().command().orElse("java"), "-XX:+UseSerialGC", "-Xmx256m"));
            if (RunningLab.inLanes()) {
                command.add("-XX:TieredStopAtLevel=1"); // the second compiler takes longer than a test does
            }
            command.addAll(List.of("-classpath", classpath(), MAIN));
            var builder = new ProcessBuilder(command);
            builder.environment().put("KUBECONFIG", kubeconfig(lab, server).toString());
            builder.environment().put("POD_NAME", name);
            builder.environment().put("POD_UID", identity);
            builder.environment().put("POD_NAMESPACE", NAMESPACE);
            builder.environment().put("HTTP_PORT", Integer.toString(port));
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            return new OperatorProcess(builder.start(), identity, log, port);
        } catch (IOException e) {
            throw new UncheckedIOException("the operator does not start", e);
        }
    }

    /** A client with the operator's rights, whose writes count as the operator's; the caller closes it. */
    public static KubernetesClient impostor(Lab lab) {
        try {
            var config = Config.fromKubeconfig(Files.readString(kubeconfig(lab, Optional.empty())));
            return new KubernetesClientBuilder().withConfig(config).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it says that it is ready. */
    public OperatorProcess awaitReady() {
        try {
            return serving();
        } catch (RuntimeException e) {
            kill(); // nobody has it yet who would end it, and it would act in the tests that follow
            throw e;
        }
    }

    private OperatorProcess serving() {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            Awaitility.await("the operator to be ready; its log is " + log)
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(100))
                    .failFast("the operator ended; its log is " + log, () -> !process.isAlive())
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> http.send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200);
        }
        return this;
    }

    /** What it is called as the holder of the lease. */
    public String identity() {
        return identity;
    }

    /** Whether it runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** Where it writes what it has to say. */
    public Path log() {
        return log;
    }

    /** The port of its probes and metrics on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** SIGKILL: it gets no chance to finish anything. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(120, TimeUnit.SECONDS).join();
    }

    /** SIGTERM, and waits for its end. */
    public void stop() {
        process.destroy();
        process.onExit().orTimeout(120, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        kill();
    }

    /** @param server another address of the API server than its own */
    private static Path kubeconfig(Lab lab, Optional<String> server) throws IOException {
        var request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(TOKEN_SECONDS)
                .endSpec()
                .build();
        String token = lab.client()
                .serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName(ACCOUNT)
                .tokenRequest(request)
                .getStatus()
                .getToken();
        var config = KubeConfigUtils.parseConfig(lab.properties().kubeconfig().toFile());
        server.ifPresent(url -> config.getClusters().getFirst().getCluster().setServer(url));
        String user = config.getContexts().getFirst().getContext().getUser();
        config.setUsers(List.of(new NamedAuthInfoBuilder()
                .withName(user)
                .withNewUser()
                .withToken(token)
                .endUser()
                .build()));
        Path file = Files.createTempFile(
                "ingresstier-operator",
                ".kubeconfig",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        file.toFile().deleteOnExit();
        return Files.writeString(file, Serialization.asYaml(config));
    }

    /** This JVM's classpath without the tests' own classes, whose logging configuration is not the operator's. */
    private static String classpath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * A port below those that the kernel gives to outgoing connections: the clients of a lab open hundreds a second,
     * and one of them would take the port before the operator does.
     */
    private static int freePort(int first) {
        return IntStream.range(0, PORTS)
                .map(p -> first + Math.floorMod(NEXT.getAndIncrement(), PORTS))
                .filter(OperatorProcess::free)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no port is free from " + first));
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
