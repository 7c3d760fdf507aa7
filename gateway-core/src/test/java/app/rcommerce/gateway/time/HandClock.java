package app.rcommerce.gateway.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that only moves when told to. Safe for any thread. */
public final class HandClock implements Clock {

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong originMillis;

    /** A clock that stands at 2026-01-01T00:00:00Z. */
    public HandClock() {
        this(1_767_225_600_000L);
    }

    /** A clock that stands at the given milliseconds since the epoch. */
    public HandClock(long millis) {
        originMillis = new AtomicLong(millis);
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public long millis() {
        return originMillis.get() + nanos.get() / 1_000_000;
    }

    /** Lets time pass. */
    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    /** Steps the wall clock alone, as an administrator or NTP would. */
    public void step(Duration by) {
        originMillis.addAndGet(by.toMillis());
    }
}
