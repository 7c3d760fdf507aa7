package app.rcommerce.gateway.server.protocol.http2.frame;

import java.time.Duration;

/**
 * How fast one side of a stream gets on, as it is seen at a look from time to time: content that arrives, or an answer
 * that is taken. The time for which nothing is waited for does not count. Confined to one event loop.
 */
public final class Pace {

    /**
     * What is too slow.
     *
     * @param silenceNanos how long nothing may come
     * @param rate bytes per second that must come in all, after a grace; 0 for none
     */
    public record Bounds(long silenceNanos, long rate) {}

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long GRACE_NANOS = Duration.ofSeconds(5).toNanos();

    private long waitedNanos;
    private long silentNanos;
    private long bytes;
    private boolean waited;

    public Pace() {}

    /**
     * Looks again, so many nanoseconds later.
     *
     * @param waiting whether something is waited for
     * @param now the bytes that have come in all
     * @return false where it is too slow
     */
    public boolean look(long nanos, boolean waiting, long now, Bounds bounds) {
        if (!waiting || !waited) {
            waited = waiting;
            silentNanos = 0;
            bytes = now;
            return true;
        }
        waitedNanos += nanos;
        silentNanos = now == bytes ? silentNanos + nanos : 0;
        bytes = now;
        return silentNanos < bounds.silenceNanos() && waitedNanos <= allowedNanos(bounds.rate());
    }

    private long allowedNanos(long rate) {
        if (rate == 0) {
            return Long.MAX_VALUE;
        }
        // In seconds first: content of terabytes would not fit in nanoseconds.
        long seconds = Math.min(bytes / rate, Long.MAX_VALUE / 4 / SECOND_NANOS);
        return GRACE_NANOS + seconds * SECOND_NANOS + bytes % rate * SECOND_NANOS / rate;
    }

    /** For how long nothing has come that was waited for. */
    public long silentNanos() {
        return silentNanos;
    }
}
