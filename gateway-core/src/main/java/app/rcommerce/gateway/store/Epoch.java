package app.rcommerce.gateway.store;

/**
 * An unbroken span of time in which a store tells of every change, so that an answer to a request within it is valid
 * until its change is told. An epoch holds only while the store has been heard from lately; once ended, it never holds
 * again. Safe for any thread.
 */
public final class Epoch {

    private final long boundNanos;
    private volatile long heardNanos;
    private volatile boolean ended;

    /**
     * An epoch that begins now.
     *
     * @param heardNanos the time, on the clock's nanoseconds, up to which all changes are known to have been told
     * @param boundNanos for how long after that the epoch holds
     */
    public Epoch(long heardNanos, long boundNanos) {
        this.heardNanos = heardNanos;
        this.boundNanos = boundNanos;
    }

    /** Records that all changes up to that time are known to have been told. */
    public void heard(long nanos) {
        heardNanos = nanos;
    }

    /** Ends the epoch: changes may be missed from now on. */
    public void end() {
        ended = true;
    }

    /** Whether an answer from within the epoch, of which no change was told, is still valid. */
    public boolean holds(long nowNanos) {
        return !ended && nowNanos - heardNanos < boundNanos;
    }
}
