package io.ingresstier.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ingresstier.world.Source;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Answers the kubelet: {@code /healthz} while the process works, {@code /readyz} once the cluster has been read. People
 * see under either how long ago each source told of something: a watch can fall silent and look alive.
 */
final class Probes implements AutoCloseable {

    private final HttpServer server;

    Probes(int port, BooleanSupplier healthy, BooleanSupplier ready, Supplier<Map<Source, Duration>> ages)
            throws IOException {
        server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> answer(exchange, healthy.getAsBoolean(), ages.get()));
        server.createContext("/readyz", exchange -> answer(exchange, ready.getAsBoolean(), ages.get()));
        server.start();
    }

    private static void answer(HttpExchange exchange, boolean good, Map<Source, Duration> ages) throws IOException {
        byte[] body = text(good, ages).getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(
                    good ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_UNAVAILABLE, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    static String text(boolean good, Map<Source, Duration> ages) {
        return ages.entrySet().stream()
                .map(source -> "last event of %s: %d s ago%n"
                        .formatted(
                                source.getKey().name().toLowerCase(Locale.ROOT),
                                source.getValue().toSeconds()))
                .collect(Collectors.joining("", good ? "ok\n" : "not yet\n", ""));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
