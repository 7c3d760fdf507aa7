package app.rcommerce.gateway.store;

/**
 * An unbroken span of time in which a store tells every change of what it holds: an answer to what was asked within it
 * holds until its change is told. An epoch counts only while the store has lately been heard; once ended it never holds
 * again. Safe for any thread.
 */
public final class Epoch {

    private final long boundNanos;
    private volatile long heardNanos;
    private volatile boolean ended;

    /**
     * An epoch that begins.
     *
     * @param heardNanos the time, on the clock's nanoseconds, up to which all changes are known to have been told
     * @param boundNanos for how long after that the epoch holds
     */
    public Epoch(long heardNanos, long boundNanos) {
        this.heardNanos = heardNanos;
        this.boundNanos = boundNanos;
    }

    /** All changes up to that time are known to have been told. */
    public void heard(long nanos) {
        heardNanos = nanos;
    }

    /** Changes may have been missed from now on. */
    public void end() {
        ended = true;
    }

    /** Whether what was learnt within the epoch, and not told to have changed, may be believed. */
    public boolean holds(long nowNanos) {
        return !ended && nowNanos - heardNanos < boundNanos;
    }
}
