package io.ingresstier.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ingresstier.world.Source;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the health endpoints tell. */
class ProbesTest {

    private static final Map<Source, Duration> AGES =
            new TreeMap<>(Map.of(Source.NODES, Duration.ofSeconds(7), Source.PODS, Duration.ofMillis(2900)));

    @Test
    void theyShowHowLongAgoEachSourceToldOfSomething() throws IOException, InterruptedException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (var probes = new Probes(port, () -> true, () -> false, () -> AGES);
                var http = HttpClient.newHttpClient()) {
            assertThat(probes).isNotNull();
            var healthy = get(http, port, "/healthz");
            assertThat(healthy.statusCode()).isEqualTo(200);
            assertThat(healthy.body()).isEqualTo("ok\nlast event of nodes: 7 s ago\nlast event of pods: 2 s ago\n");
            var ready = get(http, port, "/readyz");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).startsWith("not yet\nlast event of nodes: 7 s ago");
        }
    }

    private static HttpResponse<String> get(HttpClient http, int port, String path)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
