package io.ingresstier.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ingresstier.api.BackendMode;
import io.ingresstier.balancer.Backends;
import io.ingresstier.world.ServiceView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the played balancer does where HAProxy would not do as it was told. */
class LoadBalancerTest {

    private static final Map<String, InetSocketAddress> WANTED = Map.of("n1", new InetSocketAddress("198.18.0.11", 80));
    private static final String SERVER = "vip1-80/n1_198-18-0-11_80";

    private static final Backends BACKENDS =
            new Backends(true, BackendMode.Local, Map.of(), Map.of(), Optional.empty(), (node, backends) -> "");

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String present = "";
    private volatile boolean refusing;
    private ServerSocketChannel haproxy;
    private LoadBalancer balancer;

    @BeforeEach
    void play(@TempDir Path folder) throws IOException {
        Path socket = folder.resolve("haproxy.sock");
        haproxy = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        haproxy.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::answer);
        balancer = new LoadBalancer(socket, "vip1-80");
    }

    @AfterEach
    void end() throws IOException {
        balancer.close();
        haproxy.close();
    }

    @Test
    void aServerThatCouldNotBeDeletedIsAddedAnewWhenItIsWantedAgain() {
        present = row("MAINT");
        balancer.backends(WANTED, Duration.ZERO);
        assertThat(asked)
                .filteredOn(a -> a.startsWith("del ") || a.startsWith("add "))
                .satisfiesExactly(
                        deleted -> assertThat(deleted).isEqualTo("del server " + SERVER),
                        added -> assertThat(added).startsWith("add server " + SERVER));
    }

    @Test
    void aServerThatServesIsLeftAlone() {
        present = row("UP");
        balancer.backends(WANTED, Duration.ZERO);
        assertThat(asked).noneMatch(a -> a.startsWith("del ") || a.startsWith("add "));
    }

    @Test
    void whatWasRefusedIsNotToldBeforeALaterSyncHasDoneIt() {
        var service = ServiceView.of(Incumbent.service(BackendMode.Local));
        var view = new CloudView(service, BACKENDS, Map.of(80, WANTED));
        var cloud = new CloudBalancer(Map.of(80, balancer));
        refusing = true;
        assertThatThrownBy(() -> cloud.program(view)).hasMessageContaining("would not add");
        assertThat(cloud.history()).isEmpty();
        assertThat(cloud.backends(80)).isEmpty();
        refusing = false;
        cloud.program(view);
        assertThat(cloud.history()).extracting(CloudBalancer.Change::backends).containsExactly(Set.of("n1"));
    }

    /** A line of {@code show stat}, as far as it is read. */
    private static String row(String status) {
        var columns = new String[74];
        Arrays.fill(columns, "");
        columns[1] = SERVER.substring(SERVER.indexOf('/') + 1);
        columns[4] = "0";
        columns[17] = status;
        columns[73] = "198.18.0.11:80";
        return String.join(",", columns);
    }

    private void answer() {
        while (true) {
            try (var connection = haproxy.accept()) {
                var line = new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8)).readLine();
                asked.add(line);
                connection.write(ByteBuffer.wrap(answer(line).getBytes(StandardCharsets.UTF_8)));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private String answer(String line) {
        if (line.startsWith("show stat")) {
            return present;
        }
        if (line.startsWith("del server")) {
            return "Server deleted.";
        }
        return !line.startsWith("add server") ? "" : refusing ? "No." : "New server registered.";
    }
}
