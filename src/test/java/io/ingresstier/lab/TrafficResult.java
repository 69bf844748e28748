package io.ingresstier.lab;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the clients counted from start to stop.
 *
 * @param failures every failed request and broken download, in the order in which they were noticed
 * @param seconds the counts of each second
 */
public record TrafficResult(
        TrafficLine.Summary summary, List<TrafficLine.Failure> failures, List<TrafficLine.Second> seconds) {

    public TrafficResult {
        failures = List.copyOf(failures);
        seconds = List.copyOf(seconds);
    }

    /** Requests that failed, downloads that broke, and requests that the client had to send twice. */
    public int lost() {
        return summary.failed() + summary.broken() + summary.replayed() + summary.downloadsReplayed();
    }

    /** Requests that were sent in this time, to the second. */
    public int requests(Instant from, Instant to) {
        return requests(seconds, from, to);
    }

    /** The same while there are more to come, so that who waits for so many waits for what is counted in the end. */
    static int requests(List<TrafficLine.Second> seconds, Instant from, Instant to) {
        return sentBefore(seconds, to) - sentBefore(seconds, from);
    }

    private static int sentBefore(List<TrafficLine.Second> seconds, Instant time) {
        return seconds.stream()
                .filter(s -> s.time().isBefore(time))
                .mapToInt(TrafficLine.Second::sent)
                .max()
                .orElse(0);
    }

    /** Requests that failed and were sent in this time. */
    public long failed(Instant from, Instant to) {
        return count(from, to, false);
    }

    /** Downloads that broke in this time. */
    public long broken(Instant from, Instant to) {
        return count(from, to, true);
    }

    /** The fewest downloads that were in flight at any second of this time. */
    public int fewestDownloads(Instant from, Instant to) {
        return seconds.stream()
                .filter(s -> !s.time().isBefore(from) && s.time().isBefore(to))
                .mapToInt(TrafficLine.Second::downloadsInFlight)
                .min()
                .orElse(0);
    }

    private long count(Instant from, Instant to, boolean download) {
        return failures.stream()
                .filter(f -> f.download() == download)
                .filter(f -> {
                    Instant at = download ? f.time() : f.started();
                    return !at.isBefore(from) && at.isBefore(to);
                })
                .count();
    }

    /** The counts in a sentence; then what failed, by its error and the pod that it was with, and when. */
    @Override
    public String toString() {
        String reasons = failures.stream().collect(Collectors.groupingBy(Reason::of)).entrySet().stream()
                .map(e -> "\n  " + e.getKey() + ": " + span(e.getValue()))
                .collect(Collectors.joining());
        return "%,d requests, %,d failed (%,d fresh, %,d kept alive), %,d replayed; %,d downloads, %,d broken; p50 %.1f ms, p99 %.1f ms%s"
                .formatted(
                        summary.requests(),
                        summary.failed(),
                        summary.fresh().failed(),
                        summary.kept().failed(),
                        summary.replayed(),
                        summary.downloads(),
                        summary.broken(),
                        summary.p50ms(),
                        summary.p99ms(),
                        reasons);
    }

    private static String span(List<TrafficLine.Failure> failures) {
        var sent = failures.stream().map(TrafficLine.Failure::started).sorted().toList();
        var noticed = failures.stream().map(TrafficLine.Failure::time).sorted().toList();
        return "%,d, sent %s to %s, noticed %s to %s"
                .formatted(failures.size(), sent.getFirst(), sent.getLast(), noticed.getFirst(), noticed.getLast());
    }

    private record Reason(String kind, String error, String backend) {

        static Reason of(TrafficLine.Failure failure) {
            return new Reason(failure.kind(), failure.error(), failure.backend());
        }

        @Override
        public String toString() {
            return "%s %s%s".formatted(kind, error, backend == null ? "" : " (" + backend + ")");
        }
    }
}
