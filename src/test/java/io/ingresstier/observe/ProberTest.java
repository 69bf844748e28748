package io.ingresstier.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.ingresstier.world.Answer;
import io.ingresstier.world.Answer.State;
import io.ingresstier.world.HealthCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real sockets on this machine answer the probes, or do not. */
class ProberTest {

    private final AtomicInteger changes = new AtomicInteger();
    private final Hearing hearing = new Hearing(changes::incrementAndGet);
    private final Map<String, HealthCheck> pods = new ConcurrentHashMap<>();
    private final Prober prober = new Prober(InstantSource.system(), () -> pods, hearing);

    @AfterEach
    void close() {
        prober.close();
    }

    private static HttpServer server(int status) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/healthz", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static HealthCheck check(int port) {
        return new HealthCheck("127.0.0.1", port, false, "/healthz", "pod");
    }

    private Optional<State> state(String pod) {
        return Optional.ofNullable(hearing.answers().byPod().get(pod)).map(Answer::state);
    }

    private void awaitState(String pod, State state) {
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> state(pod).filter(state::equals).isPresent());
    }

    @Test
    void aPodThatStopsAnsweringIsToldAndNobodyIsWokenMeanwhile() throws IOException {
        var dies = server(200);
        var lives = server(200);
        pods.put("dies", check(dies.getAddress().getPort()));
        pods.put("lives", check(lives.getAddress().getPort()));
        prober.start();
        awaitState("dies", State.ANSWERS);
        awaitState("lives", State.ANSWERS);
        assertThat(changes).as("one a pod").hasValue(2);
        dies.stop(0);
        awaitState("dies", State.SILENT);
        assertThat(state("lives")).contains(State.ANSWERS);
        assertThat(changes).as("a doubt and a silence").hasValue(4);
        lives.stop(0);
    }

    @Test
    void whateverAPodAnswersItIsNotSilent() throws IOException {
        var unwell = server(503);
        pods.put("unwell", check(unwell.getAddress().getPort()));
        prober.start();
        awaitState("unwell", State.ANSWERS);
        unwell.stop(0);
    }

    @Test
    void aPodThatAcceptsConnectionsAndSaysNothingIsNotHeard() throws IOException {
        try (var mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThat(new HealthProbe().answers(check(mute.getLocalPort()), Duration.ofMillis(200)))
                    .isFalse();
        }
    }

    @Test
    void aPodThatIsNotAskedAnyMoreIsForgotten() throws IOException {
        var server = server(200);
        pods.put("gone", check(server.getAddress().getPort()));
        prober.start();
        awaitState("gone", State.ANSWERS);
        pods.clear();
        await().atMost(Duration.ofMinutes(1)).until(() -> state("gone").isEmpty());
        server.stop(0);
    }
}
