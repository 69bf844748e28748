package io.ingresstier.lab;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/** A line that the traffic tool prints; the tool's own source says what each field counts. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TrafficLine.Second.class, name = "second"),
    @JsonSubTypes.Type(value = TrafficLine.Failure.class, name = "failure"),
    @JsonSubTypes.Type(value = TrafficLine.Summary.class, name = "summary")
})
public sealed interface TrafficLine {

    /** Once a second: counts since the start, latencies in ms of this second. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Second(Instant time, int sent, int failed, int downloadsInFlight, int broken, double p50ms, double p99ms)
            implements TrafficLine {}

    /**
     * One request that failed, or one download that broke.
     *
     * @param kind {@code fresh}, {@code kept} or {@code download}
     * @param started when it was sent
     * @param opened since when the connection has been open that it was sent on
     * @param backend the pod that answered, where that is known
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Failure(Instant time, String kind, Instant started, Instant opened, String error, String backend)
            implements TrafficLine {

        /** Whether it was a download. */
        public boolean download() {
            return "download".equals(kind);
        }
    }

    /** The last line: counts of everything, latencies in ms. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Summary(
            double seconds,
            int requests,
            int failed,
            Client fresh,
            Client kept,
            int downloads,
            int broken,
            int replayed,
            int downloadsReplayed,
            double p50ms,
            double p99ms)
            implements TrafficLine {}

    /** One sort of client. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Client(int requests, int failed, int replayed) {}
}
