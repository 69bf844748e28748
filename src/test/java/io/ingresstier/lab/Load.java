package io.ingresstier.lab;

import java.time.Duration;
import java.util.List;

/**
 * How much traffic the clients send.
 *
 * @param rate requests a second, half on fresh and half on kept-alive connections
 * @param downloadSeconds how long each download lasts; 0 for none
 * @param inFlight how many downloads are under way at any time, once the first ones have lasted so long
 */
public record Load(int rate, int downloadSeconds, int inFlight) {

    /** How long the downloads that the lab's nginx serves can last. */
    private static final List<Integer> DURATIONS = List.of(1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 40, 60);

    public Load {
        if (downloadSeconds != 0 && !DURATIONS.contains(downloadSeconds)) {
            throw new IllegalArgumentException(
                    "the lab serves downloads of " + DURATIONS + " s, not " + downloadSeconds);
        }
    }

    /** Requests only. */
    public static Load requests(int rate) {
        return new Load(rate, 0, 0);
    }

    /** With downloads that end within the drain window: 0.8 of it, or the nearest below that the lab serves. */
    public static Load draining(int rate, Duration drain) {
        long most = drain.toMillis() * 8 / 10_000;
        int seconds =
                DURATIONS.stream().filter(d -> d <= most).reduce((a, b) -> b).orElseThrow();
        return new Load(rate, seconds, 24);
    }

    /** The time between two downloads' starts; only where there are downloads. */
    Duration downloadEvery() {
        return Duration.ofSeconds(downloadSeconds).dividedBy(inFlight);
    }
}
