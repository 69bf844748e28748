package io.ingresstier.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * HAProxy's runtime API on its Unix socket, as HAProxy's management guide describes it (section 9.3): one connection
 * takes one line of commands joined by {@code ;} and answers in text.
 */
record RuntimeSocket(Path path) {

    /**
     * Sends commands in one line, which HAProxy carries out one after another.
     *
     * @return what HAProxy answered, trimmed; empty for most commands that succeed
     * @throws UncheckedIOException if HAProxy is not there
     */
    String send(String... commands) {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            var line = ByteBuffer.wrap((String.join(";", commands) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("no answer from HAProxy at " + path, e);
        }
    }

    /** The lines of an answer that has a header: comments and empty lines are dropped. */
    List<String> rows(String command) {
        return send(command)
                .lines()
                .filter(l -> !l.isBlank() && !l.startsWith("#"))
                .toList();
    }
}
