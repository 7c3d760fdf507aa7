package app.rcommerce.gateway.server.admin.operations;

import java.time.Instant;

/** Formats times for operators. Stateless. */
final class Times {

    private Times() {}

    /** A time in milliseconds since the epoch, in ISO 8601. */
    static String iso(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    /** Milliseconds in seconds, rounded up. */
    static long secondsUp(long millis) {
        return Math.ceilDiv(millis, 1000L);
    }
}
