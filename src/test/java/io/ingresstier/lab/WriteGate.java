package io.ingresstier.lab;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;

/**
 * Stands between the operator and the API server, and counts what the operator changed in the cluster. After a chosen
 * write it keeps the answer back and has the operator killed: the API server has carried the write out, and the
 * operator never learns of it. It works on connections and not on requests, for watches are web sockets; a client waits
 * for each answer before it asks on.
 */
public final class WriteGate implements AutoCloseable {

    private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");
    /** What is the operator's own: its lease, its events, its status. */
    private static final Pattern OWN = Pattern.compile(".*/(leases|events)(/.*)?|.*/ingresstiers/[^/]+/status");

    private static final Pattern LENGTH =
            Pattern.compile("^content-length: *([0-9]+)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final Pattern SUCCESS = Pattern.compile("HTTP/1.1 2.*", Pattern.DOTALL);

    private final URI server;
    private final SSLSocketFactory tls;
    private final ServerSocket gate;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Write> writes = new ArrayList<>();
    private IntPredicate fatal = number -> false;
    private Runnable kill = () -> {};
    private volatile boolean shut;

    /** Opens a gate to the lab's API server on a port of its own. */
    public WriteGate(Lab lab) {
        try {
            Config config = Config.fromKubeconfig(lab.properties().kubeconfig().toFile());
            server = URI.create(config.getMasterUrl());
            tls = SSLUtils.sslContext(config).getSocketFactory();
            gate = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /**
     * One write that the API server carried out.
     *
     * @param request method and path
     * @param body what was sent, empty where nothing was
     */
    public record Write(String request, String body) {}

    /** Where the API server is to be found for who shall pass this gate. */
    String url() {
        return "http://127.0.0.1:" + gate.getLocalPort();
    }

    /** From now on kills after each write whose number, counted from 1, is chosen. */
    public synchronized void onWrite(IntPredicate chosen, Runnable killing) {
        fatal = chosen;
        kill = killing;
    }

    /** What was carried out so far, in order. */
    public synchronized List<Write> writes() {
        return List.copyOf(writes);
    }

    /** Cuts every connection, and every new one, until {@link #reopen}. */
    public synchronized void shut() {
        shut = true;
        hangUp();
    }

    /** Lets connections through again. */
    public synchronized void reopen() {
        shut = false;
    }

    private void hangUp() {
        try {
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket operator = gate.accept();
                if (shut) {
                    operator.close();
                    continue;
                }
                Socket api = tls.createSocket(server.getHost(), server.getPort());
                open.addAll(List.of(operator, api));
                var asked = new AtomicReference<Optional<Write>>(Optional.empty());
                Thread.ofVirtual().start(() -> passing(operator, api, () -> requests(operator, api, asked)));
                Thread.ofVirtual().start(() -> passing(operator, api, () -> answers(operator, api, asked)));
            }
        } catch (IOException e) {
            close();
        }
    }

    /** What may end by the end of either side. */
    private interface Passage {
        void run() throws IOException;
    }

    private void passing(Socket operator, Socket api, Passage passage) {
        try (operator;
                api) {
            passage.run();
        } catch (IOException e) {
            // One side has hung up: so does the other.
        } finally {
            open.removeAll(List.of(operator, api));
        }
    }

    private static void requests(Socket operator, Socket api, AtomicReference<Optional<Write>> asked)
            throws IOException {
        InputStream from = new BufferedInputStream(operator.getInputStream());
        OutputStream to = api.getOutputStream();
        for (String head = head(from); !head.isEmpty(); head = head(from)) {
            var length = LENGTH.matcher(head);
            byte[] body = from.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
            asked.set(write(head, body));
            to.write(head.getBytes(StandardCharsets.ISO_8859_1));
            to.write(body);
            to.flush();
            if (head.toLowerCase(Locale.ROOT).contains("upgrade: websocket")) {
                from.transferTo(to);
                return;
            }
        }
    }

    /** Request line and headers, empty at the end of the stream. */
    private static String head(InputStream from) throws IOException {
        var head = new ByteArrayOutputStream();
        for (int next = from.read(); next >= 0; next = from.read()) {
            head.write(next);
            if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    private static Optional<Write> write(String head, byte[] body) {
        String[] line = head.split(" ", 3);
        String path = line[1].replaceFirst("[?].*", "");
        return WRITES.contains(line[0]) && !OWN.matcher(path).matches()
                ? Optional.of(new Write(line[0] + " " + path, new String(body, StandardCharsets.UTF_8)))
                : Optional.empty();
    }

    private void answers(Socket operator, Socket api, AtomicReference<Optional<Write>> asked) throws IOException {
        InputStream from = api.getInputStream();
        OutputStream to = operator.getOutputStream();
        byte[] part = new byte[64 * 1024];
        for (int read = from.read(part); read >= 0; read = from.read(part)) {
            Optional<Write> write = asked.getAndSet(Optional.empty());
            if (write.isPresent() && kills(write.get(), new String(part, 0, read, StandardCharsets.UTF_8))) {
                return;
            }
            to.write(part, 0, read);
            to.flush();
        }
    }

    /** Whether the operator was killed because of this answer, which it then must not get. */
    private synchronized boolean kills(Write write, String answer) {
        if (!SUCCESS.matcher(answer).matches()) {
            return false;
        }
        writes.add(write);
        if (!fatal.test(writes.size())) {
            return false;
        }
        kill.run();
        hangUp();
        return true;
    }

    @Override
    public void close() {
        try {
            gate.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hangUp();
    }
}
