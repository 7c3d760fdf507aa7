package app.rcommerce.gateway.server.metrics;

import java.time.Duration;
import java.util.stream.LongStream;

/**
 * The upper bounds of histogram buckets. They are the same on every node and in every release, so that histograms can
 * be summed. Constants.
 */
final class Buckets {

    private Buckets() {}

    /** The bounds for requests, from a hit in the cache to a slow report. */
    static Duration[] requests() {
        return millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000);
    }

    /** The bounds for commands to Redis, which are late beyond 10 ms and given up at about 1 s. */
    static Duration[] commands() {
        Duration[] below = {Duration.ofNanos(250_000), Duration.ofNanos(500_000)};
        Duration[] rest = millis(1, 2, 5, 10, 25, 50, 100, 250, 1_000);
        Duration[] all = new Duration[below.length + rest.length];
        System.arraycopy(below, 0, all, 0, below.length);
        System.arraycopy(rest, 0, all, below.length, rest.length);
        return all;
    }

    private static Duration[] millis(long... bounds) {
        return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }
}
