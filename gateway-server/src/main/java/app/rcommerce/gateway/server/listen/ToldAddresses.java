package app.rcommerce.gateway.server.listen;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * The addresses of which the log has been told lately, so that a flood from one of them is one line a minute. Of no
 * more than some at once: whoever has many addresses is held back by the bound on lines of a kind. Safe for any thread.
 */
final class ToldAddresses {

    static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int MOST = 1024;

    private final LongSupplier nanos;
    private final ConcurrentMap<String, Long> told = new ConcurrentHashMap<>();

    /** Addresses with the times by this clock, in nanoseconds. */
    ToldAddresses(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether the log is to be told of this address now; it is taken to be. */
    boolean isDue(String address) {
        if (told.size() > MOST) {
            told.clear();
        }
        long now = nanos.getAsLong();
        boolean[] due = new boolean[1];
        told.compute(address, (same, before) -> {
            due[0] = before == null || now - before >= INTERVAL.toNanos();
            return due[0] ? Long.valueOf(now) : before;
        });
        return due[0];
    }

    /** How many addresses are remembered. */
    int size() {
        return told.size();
    }
}
