package io.ingresstier.observe;

import io.ingresstier.world.HealthCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * One question to a pod's health port. Whatever HTTP it answers counts: what it says of itself is the kubelet's to
 * judge, by the thresholds that the pod gives. Over a bare socket, as the JDK's clients keep connections for the next
 * request, and a machine that accepts no new one would still be heard; and as they refuse the Host that a probe may
 * give.
 */
final class HealthProbe {

    private static final byte[] HTTP = "HTTP/".getBytes(StandardCharsets.US_ASCII);

    private final SSLContext tls = trusting();

    /** Whether the pod answers within this time. */
    boolean answers(HealthCheck check, Duration within) {
        long end = System.nanoTime() + within.toNanos();
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(check.address(), check.port()), left(end));
            plain.setSoTimeout(left(end));
            return check.tls() ? answersTls(plain, check) : answers(plain, check);
        } catch (IOException e) {
            return false;
        }
    }

    private boolean answersTls(Socket plain, HealthCheck check) throws IOException {
        try (Socket socket = tls.getSocketFactory().createSocket(plain, check.address(), check.port(), true)) {
            return answers(socket, check);
        }
    }

    private static boolean answers(Socket socket, HealthCheck check) throws IOException {
        String request = "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: ingresstier-operator\r\nConnection: close\r\n\r\n"
                .formatted(check.path(), check.host());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        // More than the first bytes, so that the rest is not reset when the socket is closed.
        byte[] head = new byte[4096];
        int read = socket.getInputStream().read(head);
        return read >= HTTP.length && java.util.Arrays.equals(head, 0, HTTP.length, HTTP, 0, HTTP.length);
    }

    private static int left(long end) throws SocketTimeoutException {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("no time is left");
        }
        return (int) millis;
    }

    /** As the kubelet does: the certificate of a health port is nobody's proof, and says nothing secret. */
    private static SSLContext trusting() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
