package app.rcommerce.gateway.job.forward;

/**
 * The circuit breaker between a queue and its upstream. While attempts succeed it lets all of them through; when so
 * many in a row have failed it opens for a time, in which none is made, so that an upstream which is away uses up no
 * job's attempts. Then one attempt is made on trial: it closes the breaker, or opens it for twice as long. Reads no
 * clock. Confined to one thread.
 */
public final class UpstreamBreaker {

    /** Failures in a row at which it opens. */
    static final int FAILURES = 5;

    static final long FIRST_MILLIS = 1_000;
    static final long LONGEST_MILLIS = 60_000;

    private int failures;
    private long openMillis;
    private long untilMillis;
    private boolean trial;

    /** How many attempts may be made now of those that are wanted. */
    public int admits(int wanted, long nowMillis) {
        if (openMillis == 0) {
            return wanted;
        }
        return trial || nowMillis < untilMillis ? 0 : Math.min(1, wanted);
    }

    /** Attempts have begun. */
    public void begun(int attempts) {
        if (openMillis > 0 && attempts > 0) {
            trial = true;
        }
    }

    /** An attempt has found the upstream at work, whatever it has answered. */
    public void succeeded() {
        failures = 0;
        openMillis = 0;
        trial = false;
    }

    /** An attempt has found the upstream away, or out of order; tells whether the breaker has opened by that. */
    public boolean failed(long nowMillis) {
        failures++;
        if (openMillis > 0 && !trial) {
            // It was made before the breaker opened.
            return false;
        }
        if (openMillis == 0 && failures < FAILURES) {
            return false;
        }
        openMillis = openMillis == 0 ? FIRST_MILLIS : Math.min(2 * openMillis, LONGEST_MILLIS);
        untilMillis = nowMillis + openMillis;
        trial = false;
        return true;
    }

    /** An attempt has said nothing of the upstream. */
    public void abandoned() {
        trial = false;
    }

    /** Whether no attempt is made at the moment but one on trial. */
    public boolean isOpen() {
        return openMillis > 0;
    }

    /** How long it is until an attempt may be made, in milliseconds. */
    public long waitMillis(long nowMillis) {
        return openMillis == 0 ? 0 : Math.max(0, untilMillis - nowMillis);
    }
}
