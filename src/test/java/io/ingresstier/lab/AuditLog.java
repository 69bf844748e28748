package io.ingresstier.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ingresstier.history.History;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the API server was asked for since this log was opened, and by whom: the server's own account of it. */
public final class AuditLog {

    /** The operator, whichever of its processes. */
    public static final String OPERATOR = "system:serviceaccount:ingresstier-system:ingresstier-operator";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> READS = Set.of("get", "list", "watch");

    private final Path file;
    private final long from;

    private AuditLog(Path file, long from) {
        this.file = file;
        this.from = from;
    }

    /** What is asked for from now on. */
    static AuditLog fromNow(Path file) {
        try {
            return new AuditLog(file, Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that this log has: what the operator asked for, and who else wrote. */
    static AuditLog whole(Path file) {
        return new AuditLog(file, 0);
    }

    /**
     * One request that was answered.
     *
     * @param credential tells processes of the same user apart: the id of the token
     * @param group of the resource; empty for the core
     * @param resource such as {@code nodes}, or {@code ingresstiers/status}
     * @param namespace of the object; empty where it has none
     * @param code the status of the answer
     * @param version the resourceVersion that the operator was answered with; empty in answers to others
     * @param uid of what the operator deleted; empty otherwise
     */
    public record Request(
            String user,
            String credential,
            String verb,
            String group,
            String resource,
            String namespace,
            String name,
            int code,
            Instant at,
            String version,
            String uid) {

        /** Whether it asked for a change and got it. */
        public boolean wrote() {
            return !READS.contains(verb) && code < 300;
        }

        /** Whether it changed something other than the operator's own: its lease, its events, its status. */
        public boolean wroteToCluster() {
            return wrote() && !Set.of("leases", "events", "ingresstiers/status").contains(resource);
        }

        @Override
        public String toString() {
            return verb + " " + resource + " " + name + (code < 300 ? "" : " " + code);
        }
    }

    /** What the operator asked for, in order. */
    public List<Request> ofOperator() {
        return requests().stream().filter(r -> r.user().equals(OPERATOR)).toList();
    }

    /** What the operator changed in the cluster, in order; lease, events and status apart. */
    public List<Request> writes() {
        return ofOperator().stream().filter(Request::wroteToCluster).toList();
    }

    /** What the operator wrote, its status included, as a history asks for it. */
    public History.Authorship authorship() {
        var writes = ofOperator().stream().filter(Request::wrote).toList();
        // A patch that changes nothing is answered with the version that is there already.
        var versions = writes.stream()
                .filter(w -> !w.version().isEmpty())
                .collect(Collectors.toMap(
                        w -> Long.valueOf(w.version()),
                        Request::at,
                        (one, other) -> one.isBefore(other) ? one : other));
        return new History.Authorship(
                versions,
                writes.stream().map(Request::uid).filter(uid -> !uid.isEmpty()).collect(Collectors.toSet()));
    }

    /** Adds a line of JSON a request to a file: who asked for what, and how it was answered. */
    void appendTo(Path kept) {
        try {
            Files.createDirectories(kept.getParent());
            try (var lines = Files.newBufferedWriter(kept, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                for (Request r : requests()) {
                    lines.write(JSON.createObjectNode()
                            .put("time", r.at().toString())
                            .put("user", r.user())
                            .put("verb", r.verb())
                            .put("group", r.group())
                            .put("resource", r.resource())
                            .put("namespace", r.namespace())
                            .put("name", r.name())
                            .put("code", r.code())
                            .toString());
                    lines.newLine();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the audit log " + file + " cannot be kept in " + kept, e);
        }
    }

    /** Everything that was answered, in order. */
    public List<Request> requests() {
        return text().lines().map(AuditLog::parse).toList();
    }

    /** Whole lines only: the last may be half written. */
    private String text() {
        try (var channel = FileChannel.open(file)) {
            var bytes = ByteBuffer.allocate(Math.toIntExact(channel.size() - from));
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) > 0) {}
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whether a request took the last finalizer off a deleted tier. It makes no revision but the tier's end: the
     * version that it is answered with is that of the write before, whoever made it.
     */
    private static boolean letGo(JsonNode event) {
        JsonNode metadata = event.at("/responseObject/metadata");
        return event.at("/objectRef/resource").asText().equals("ingresstiers")
                && metadata.has("deletionTimestamp")
                && metadata.path("finalizers").isEmpty();
    }

    private static Request parse(String line) {
        try {
            JsonNode event = JSON.readTree(line);
            JsonNode object = event.path("objectRef");
            String subresource = object.path("subresource").asText();
            return new Request(
                    event.at("/user/username").asText(),
                    event.path("user")
                            .path("extra")
                            .path("authentication.kubernetes.io/credential-id")
                            .path(0)
                            .asText(),
                    event.path("verb").asText(),
                    object.path("apiGroup").asText(),
                    object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                    object.path("namespace").asText(),
                    object.path("name").asText(),
                    event.at("/responseStatus/code").asInt(),
                    Instant.parse(event.path("stageTimestamp").asText()),
                    letGo(event)
                            ? ""
                            : event.at("/responseObject/metadata/resourceVersion")
                                    .asText(),
                    event.at("/responseObject/details/uid").asText());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(line, e);
        }
    }
}
