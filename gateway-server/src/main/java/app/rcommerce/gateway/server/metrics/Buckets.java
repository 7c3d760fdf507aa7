package app.rcommerce.gateway.server.metrics;

import java.time.Duration;
import java.util.stream.LongStream;

/** The upper bounds of histograms: the same on every node and in every release, so that they can be summed. */
final class Buckets {

    private Buckets() {}

    /** For requests: from a hit in the cache to a report that takes its time. */
    static Duration[] requests() {
        return millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000);
    }

    /** For commands to Redis, which are late beyond 10 ms and given up around 1 s. */
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
