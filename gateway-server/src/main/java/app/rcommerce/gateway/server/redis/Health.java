package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.backend.Backend.State;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker, and what operators are told. It opens when so many batches in a row have failed, or when a
 * ping has: then no call is sent. A ping that is answered lets calls through on trial: one batch that fails opens it
 * again at once, and the state becomes {@link State#CONNECTED} only when a batch has succeeded or a second ping has been
 * answered, so that a Redis that answers pings and nothing else does not make the state flap.
 *
 * <p>Safe for any thread.
 */
final class Health {

    /** Is told of changes, in order, never twice the same. */
    interface Listener {
        void changed(State state, String detail);
    }

    /** Batches in a row that fail before the breaker opens. */
    static final int FAILURES_TO_OPEN = 5;

    private final Listener listener;
    private volatile boolean open;
    private volatile boolean steady = true;
    private volatile int failures;
    private volatile int pings;
    private volatile State state = State.CONNECTED;
    private volatile String detail = "";

    /** That of a node to which the first connections stand. */
    Health(Listener listener) {
        this.listener = listener;
    }

    /** Whether calls fail without being sent. */
    boolean isOpen() {
        return open;
    }

    /** Whether calls have been answered since the breaker was last open. */
    boolean isSteady() {
        return steady;
    }

    State state() {
        return state;
    }

    String detail() {
        return detail;
    }

    /** A batch was answered. */
    void answered() {
        if (steady && failures == 0) {
            return;
        }
        settle();
    }

    private synchronized void settle() {
        failures = 0;
        if (!open) {
            steady = true;
            become(State.CONNECTED, "");
        }
    }

    /** A batch failed. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock; volatile for those who only look
    synchronized void failed(Trouble trouble) {
        failures++;
        if (!open && (!steady || failures >= FAILURES_TO_OPEN)) {
            trip(trouble);
        }
    }

    /** How many pings were answered. */
    int pings() {
        return pings;
    }

    /**
     * A batch that had failed already turns out to have waited for a connection in vain, while pings were answered.
     */
    synchronized void exhausted() {
        if (open || !steady) {
            become(Trouble.EXHAUSTED.state(), Trouble.EXHAUSTED.words());
        }
    }

    /** A ping was answered, where {@code trouble} is null, or failed. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock; volatile for those who only look
    synchronized void pinged(@Nullable Trouble trouble) {
        if (trouble != null) {
            trip(trouble);
            return;
        }
        pings++;
        if (open) {
            open = false;
            failures = 0;
        } else if (!steady) {
            settle();
        }
    }

    private void trip(Trouble trouble) {
        open = true;
        steady = false;
        // Late calls while pings are answered: the cause told last, if any, says more.
        if (trouble != Trouble.LATE || state != State.EXHAUSTED) {
            become(trouble.state(), trouble.words());
        }
    }

    private void become(State next, String words) {
        boolean changed = state != next;
        state = next;
        detail = words;
        if (changed) {
            listener.changed(next, words);
        }
    }
}
