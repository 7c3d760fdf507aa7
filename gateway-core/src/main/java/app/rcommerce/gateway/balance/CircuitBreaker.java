package app.rcommerce.gateway.balance;

/**
 * The circuit breaker of one server. Closed, it admits every call. It opens when so many calls in a row have failed, or
 * as soon as it is tripped: then it admits none. A probe that succeeds, which is a sign of life that costs no call,
 * makes it half-open: it admits one call on trial for each such probe. A trial that succeeds closes it, one that fails
 * opens it again, and without any calls so many probes in a row close it. Knows no time: whoever probes has a clock of
 * its own. Safe for any thread.
 */
public final class CircuitBreaker {

    /** What a circuit breaker admits. */
    public enum State {
        /** Every call. */
        CLOSED,
        /** No call. */
        OPEN,
        /** One call on trial for each probe that has succeeded. */
        HALF_OPEN
    }

    /**
     * When a circuit breaker opens and closes.
     *
     * @param failuresToOpen calls in a row that fail before it opens
     * @param probesToClose probes in a row that must succeed, without any call, after it was tripped; at least 2, since
     *     the first one makes it half-open
     * @param probesToCloseAfterFailures the same where calls had failed: more of them, so that a server which answers
     *     probes and nothing else does not open and close it in turn
     */
    public record Thresholds(int failuresToOpen, int probesToClose, int probesToCloseAfterFailures) {

        /** Refuses what would leave it open or closed for ever. */
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

    /** One that is closed. */
    public CircuitBreaker(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    /** What it admits at present. */
    public State state() {
        return state;
    }

    /** Whether a call may be sent; where one is admitted on trial, whether it is this one. */
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
     * Whether it is closed and no call has failed since the last one that succeeded: another success changes nothing.
     */
    public boolean isSettled() {
        return state == State.CLOSED && failures == 0;
    }

    /** A call has succeeded: it closes, unless it is open, since the call was then sent before it opened. */
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

    /** A call has failed. Answers whether it has opened by that. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock; volatile for those who only look
    public synchronized boolean failed() {
        failures++;
        boolean opens = state == State.HALF_OPEN || (state == State.CLOSED && failures >= thresholds.failuresToOpen());
        if (opens) {
            open(thresholds.probesToCloseAfterFailures());
        }
        return opens;
    }

    /** A probe has failed, or a call in such a way that no other can succeed: it opens at once. */
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
     * A probe has succeeded, as soon as a call would have to: one that is late is no reason to close it, nor to open
     * it.
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
