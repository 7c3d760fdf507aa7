package app.rcommerce.gateway.balance;

/**
 * The circuit breaker of one server. While it is closed it admits every call. It opens when a number of calls in a row
 * have failed, or as soon as it is tripped, and then admits none. A successful probe, such as an answered ping, makes
 * it half-open: it admits one trial call for each such probe. A trial call that succeeds closes it, and one that fails
 * opens it again; without any calls, a number of successful probes in a row closes it. It reads no clock: its owner
 * decides when to probe. Safe for any thread.
 */
public final class CircuitBreaker {

    /** The state of a circuit breaker: which calls it admits. */
    public enum State {
        /** Every call. */
        CLOSED,
        /** No call. */
        OPEN,
        /** One call on trial for each probe that has succeeded. */
        HALF_OPEN
    }

    /**
     * The numbers of calls and probes at which a circuit breaker opens and closes.
     *
     * @param failuresToOpen calls in a row that fail before it opens
     * @param probesToClose probes in a row that must succeed, without any call, after it was tripped; at least 2, since
     *     the first one makes it half-open
     * @param probesToCloseAfterFailures the same where calls had failed: more of them, so that a server which answers
     *     probes and nothing else does not open and close it in turn
     */
    public record Thresholds(int failuresToOpen, int probesToClose, int probesToCloseAfterFailures) {

        /** Refuses numbers with which the breaker would stay open or closed for ever. */
        public Thresholds {
            if (failuresToOpen < 1 || probesToClose < 2 || probesToCloseAfterFailures < 2) {
                throw new IllegalArgumentException("thresholds: " + failuresToOpen + ", " + probesToClose + ", "
                        + probesToCloseAfterFailures + " (expected: at least 1, 2 and 2)");
            }
        }
    }

    private final Thresholds thresholds;
    private volatile State state = State.CLOSED;
    private volatile int failures;
    private boolean trial;
    private int probes;
    private int probesNeeded;

    /** A breaker that is closed. */
    public CircuitBreaker(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    /** The present state. */
    public State state() {
        return state;
    }

    /** Whether a call may be sent now. While the breaker is half-open, a true answer uses up its one trial call. */
    public boolean admits() {
        return switch (state) {
            case CLOSED -> true;
            case OPEN -> false;
            case HALF_OPEN -> takeTrial();
        };
    }

    private synchronized boolean takeTrial() {
        boolean free = trial;
        trial = false;
        return free || state == State.CLOSED;
    }

    /**
     * Whether the breaker is closed and no call has failed since the last success, so that another success changes
     * nothing.
     */
    public boolean isSettled() {
        return state == State.CLOSED && failures == 0;
    }

    /**
     * Records that a call has succeeded. A half-open breaker closes; an open one stays open, since the call was sent
     * before it opened.
     */
    public void succeeded() {
        if (!isSettled()) {
            settle();
        }
    }

    private synchronized void settle() {
        failures = 0;
        if (state == State.HALF_OPEN) {
            state = State.CLOSED;
        }
    }

    /** Records that a call has failed; returns whether the breaker has opened because of it. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock; volatile for those who only look
    public synchronized boolean failed() {
        failures++;
        boolean opens = state == State.HALF_OPEN || (state == State.CLOSED && failures >= thresholds.failuresToOpen());
        if (opens) {
            open(thresholds.probesToCloseAfterFailures());
        }
        return opens;
    }

    /** Opens the breaker at once: a probe has failed, or a call has failed in such a way that no other can succeed. */
    public synchronized void trip() {
        open(thresholds.probesToClose());
    }

    private void open(int probesToClose) {
        state = State.OPEN;
        trial = false;
        probes = 0;
        probesNeeded = probesToClose;
    }

    /**
     * Records that a probe has succeeded within a call's deadline. A probe that is answered later is not to be
     * recorded: it neither closes nor opens the breaker.
     */
    public synchronized void probed() {
        if (state == State.CLOSED) {
            return;
        }
        probes++;
        if (state == State.OPEN) {
            state = State.HALF_OPEN;
            failures = 0;
            trial = true;
        } else if (probes >= probesNeeded) {
            settle();
        } else {
            trial = true;
        }
    }
}
