package io.ingresstier.lab;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Clients that send steady traffic to the balancer from {@link #start} to {@link #stop} and count every request. */
public final class Traffic implements AutoCloseable {

    private static final JsonMapper JSON =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();

    private final Process tool;
    private final List<TrafficLine.Failure> failures = new ArrayList<>();
    private final CompletableFuture<TrafficLine.Summary> summary = new CompletableFuture<>();
    private final List<TrafficLine.Second> seconds = new ArrayList<>();

    private Traffic(Process tool) {
        this.tool = tool;
    }

    /**
     * Starts clients.
     *
     * @param tool the traffic tool's path
     * @param target such as {@code http://198.18.0.201:80}
     */
    public static Traffic start(Path tool, String target, Load load) {
        var command = new ArrayList<>(List.of(tool.toString(), "-target", target, "-rate", "" + load.rate()));
        if (load.downloadSeconds() > 0) {
            command.addAll(List.of("-download-path", "/slow/" + load.downloadSeconds()));
            command.addAll(List.of("-download-every", load.downloadEvery().toMillis() + "ms"));
        }
        try {
            var traffic = new Traffic(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
            Thread.ofVirtual().name("lab-traffic").start(traffic::read);
            return traffic;
        } catch (IOException e) {
            throw new UncheckedIOException("the traffic tool does not start: " + tool, e);
        }
    }

    /** The counts of the last full second; empty in the first one. */
    public Optional<TrafficLine.Second> snapshot() {
        synchronized (seconds) {
            return seconds.isEmpty() ? Optional.empty() : Optional.of(seconds.getLast());
        }
    }

    /** Requests that were sent since then, as {@link TrafficResult#requests} counts them in the end. */
    public int requestsSince(Instant from) {
        synchronized (seconds) {
            return TrafficResult.requests(seconds, from, Instant.now());
        }
    }

    /** Whether as many downloads are in flight as shall be. */
    public boolean flowing(Load load) {
        return snapshot()
                .filter(s -> s.downloadsInFlight() >= load.inFlight() - 1)
                .isPresent();
    }

    /** The failures so far. */
    public List<TrafficLine.Failure> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    /** Stops sending, waits until nothing is in flight, and gives the counts. */
    public TrafficResult stop() {
        tool.toHandle().destroy(); // Process.destroy would close the stream that the counts come by
        try {
            var counts = summary.orTimeout(3, TimeUnit.MINUTES).join();
            synchronized (seconds) {
                return new TrafficResult(counts, failures(), seconds);
            }
        } finally {
            close();
        }
    }

    /** Ends the clients without counts, where {@link #stop} was not reached. */
    @Override
    public void close() {
        tool.destroyForcibly();
    }

    private void read() {
        try (BufferedReader lines = tool.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                switch (JSON.readValue(line, TrafficLine.class)) {
                    case TrafficLine.Second second -> {
                        synchronized (seconds) {
                            seconds.add(second);
                        }
                    }
                    case TrafficLine.Failure failure -> {
                        synchronized (failures) {
                            failures.add(failure);
                        }
                    }
                    case TrafficLine.Summary counts -> summary.complete(counts);
                }
            }
            summary.completeExceptionally(new IllegalStateException("the traffic tool ended without its counts"));
        } catch (IOException e) {
            summary.completeExceptionally(e);
        }
    }
}
