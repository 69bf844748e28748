package io.ingresstier.lab;

import static java.util.stream.Collectors.toMap;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * HAProxy playing one listener of a cloud's load balancer (CLB) in TCP mode. A backend that was just added takes no
 * connection before its health checks passed; one that was removed gets no new connection, and its live ones are cut at
 * once, or when the drain timeout ends.
 */
public final class LoadBalancer implements AutoCloseable {

    /**
     * How CLB checks, scaled down so that a backend counts after 2 s: (healthy threshold + 1) × interval = 3 s bound.
     */
    private static final String HEALTH_CHECK = "check inter 1s fall 3 rise 2";

    /** Between two tries to delete a server: HAProxy has one thread, and is to use it for the traffic. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final RuntimeSocket haproxy;
    private final String listener;
    private final Map<String, ScheduledFuture<?>> draining = new TreeMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lab-drain").factory());

    /**
     * @param socket HAProxy's runtime socket, with level admin
     * @param listener the name of the {@code listen} or {@code backend} section whose servers are ours
     */
    public LoadBalancer(Path socket, String listener) {
        this.haproxy = new RuntimeSocket(socket);
        this.listener = listener;
    }

    /** A backend as HAProxy sees it now. */
    public record Server(InetSocketAddress address, String status, int sessions) {

        /** Whether new connections may go to it. */
        public boolean open() {
            return status.startsWith("UP");
        }

        /** Whether it was taken out for good, and could not be deleted yet. */
        boolean maintained() {
            return status.startsWith("MAINT");
        }
    }

    /**
     * Makes the backends exactly these; those that go are drained for so long, or cut at once if it is zero.
     *
     * @param wanted address by id; an id is unique and stays with its address
     */
    public synchronized void backends(Map<String, InetSocketAddress> wanted, Duration drain) {
        Map<String, InetSocketAddress> servers =
                wanted.entrySet().stream().collect(toMap(e -> server(e.getKey(), e.getValue()), Map.Entry::getValue));
        var present = state();
        servers.forEach((name, address) -> {
            if (!present.containsKey(name)) {
                add(name, address);
            } else if (present.get(name).maintained()) {
                // Its deletion was given up, and nobody would put it into service again.
                delete(name);
                add(name, address);
            } else if (draining.containsKey(name)) {
                draining.remove(name).cancel(false);
                send("set server " + listener + "/" + name + " state ready");
            }
        });
        present.keySet().stream()
                .filter(name -> !servers.containsKey(name) && !draining.containsKey(name))
                .forEach(name -> remove(name, present.get(name).maintained() ? Duration.ZERO : drain));
    }

    /** Live sessions of a backend, draining ones included; 0 for one that is not there. */
    public int sessions(String id) {
        return state().entrySet().stream()
                .filter(e -> e.getKey().equals(server(id, e.getValue().address())))
                .mapToInt(e -> e.getValue().sessions())
                .sum();
    }

    /** Every backend that HAProxy has, draining ones included, by its name in HAProxy. */
    public Map<String, Server> state() {
        var servers = new TreeMap<String, Server>();
        for (String row : haproxy.rows("show stat " + listener + " 4 -1")) {
            String[] column = row.split(",", -1);
            String address = column[73];
            int colon = address.lastIndexOf(':');
            servers.put(
                    column[1],
                    new Server(
                            new InetSocketAddress(
                                    address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                            column[17],
                            Integer.parseInt(column[4])));
        }
        return servers;
    }

    /** Cuts every session and forgets every backend. */
    public void clear() {
        backends(Map.of(), Duration.ZERO);
        synchronized (this) {
            draining.values().forEach(f -> f.cancel(false));
            draining.clear();
            state().keySet().forEach(this::delete);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Health is put down after the server is enabled (before, HAProxy forgets it), with no weight in between. */
    private void add(String name, InetSocketAddress address) {
        String server = listener + "/" + name;
        String answer = haproxy.send("add server " + server + " "
                + address.getAddress().getHostAddress() + ":" + address.getPort() + " weight 0 " + HEALTH_CHECK);
        if (!answer.contains("New server registered")) {
            throw new IllegalStateException("HAProxy would not add " + name + ": " + answer);
        }
        send(
                "enable health " + server,
                "set server " + server + " state ready",
                "set server " + server + " health down",
                "set server " + server + " weight 100");
    }

    private void remove(String name, Duration drain) {
        if (drain.isZero()) {
            delete(name);
            return;
        }
        send("set server " + listener + "/" + name + " state drain");
        draining.put(name, timer.schedule(() -> drained(name), drain.toMillis(), TimeUnit.MILLISECONDS));
    }

    private synchronized void drained(String name) {
        if (draining.remove(name) != null) {
            delete(name);
        }
    }

    /** HAProxy deletes a server only in maintenance and without sessions, which end a moment after they were cut. */
    private void delete(String name) {
        String server = listener + "/" + name;
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(6);
        String answer = tryToDelete(server);
        while (answer.contains("connections") && System.nanoTime() < giveUp) {
            LockSupport.parkNanos(PAUSE.toNanos());
            answer = tryToDelete(server);
        }
        if (!answer.contains("Server deleted") && !answer.contains("No such server")) {
            throw new IllegalStateException("HAProxy would not delete " + name + ": " + answer);
        }
    }

    private String tryToDelete(String server) {
        send("set server " + server + " state maint", "shutdown sessions server " + server);
        return haproxy.send("del server " + server);
    }

    private void send(String... commands) {
        String answer = haproxy.send(commands);
        if (!answer.isEmpty()) {
            throw new IllegalStateException("HAProxy refused " + String.join("; ", commands) + ": " + answer);
        }
    }

    /** A name that HAProxy takes; the address is in it because a server cannot change its own. */
    private static String server(String id, InetSocketAddress address) {
        String text = id + "_" + address.getAddress().getHostAddress() + "_" + address.getPort();
        return text.replaceAll("[^A-Za-z0-9_-]", "-");
    }
}
