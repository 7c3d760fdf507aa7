package app.rcommerce.gateway.server.redis.link;

import app.rcommerce.gateway.balance.CircuitBreaker;
import app.rcommerce.gateway.balance.CircuitBreaker.Thresholds;
import app.rcommerce.gateway.server.backend.Backend.State;
import app.rcommerce.gateway.server.redis.link.CommandPurpose.Urgency;
import java.util.EnumSet;
import java.util.Set;

/**
 * The circuit breaker of one master, and its state as operators see it. It opens when so many batches in a row have
 * failed, when a ping has failed, or as soon as Redis says that it is a replica; while it is open no call is sent. A
 * ping that is answered in time is a probe: it admits one call on trial, of those that a request waits for. The state
 * becomes {@link State#CONNECTED} only when the breaker is closed: a Redis that answers pings and nothing else does not
 * make the state flap, and one that is slow costs a single request its deadline five times a second at most.
 *
 * <p>A Redis that refuses to write is still asked, for what can be read, and so is one that refuses some commands to
 * the user; only the state shows it.
 *
 * <p>Safe for any thread.
 */
public final class RedisCircuitBreaker {

    /** The listener for changes of the state, called in order and never twice with the same state. */
    interface StateListener {
        void changed(State state, String detail);
    }

    /** Batches in a row that fail before it opens, and pings in a row that must be answered before it closes. */
    static final Thresholds THRESHOLDS = new Thresholds(5, 2, 25);

    /** The number of pings, a second apart, after which a refused write is forgotten. */
    private static final int PINGS_TO_FORGET_REFUSAL = 5;

    /** The same number for a command that the user may not send, which only that command itself could try again. */
    private static final int PINGS_TO_FORGET_DENIAL = 60;

    private final StateListener listener;
    private final CircuitBreaker breaker = new CircuitBreaker(THRESHOLDS);
    private volatile boolean replica;
    private volatile boolean full;
    private volatile int pings;
    private int pingsSinceRefusal;
    private final Set<CommandPurpose> denied = EnumSet.noneOf(CommandPurpose.class);
    private volatile boolean denies;
    private int pingsSinceDenial;
    private volatile State state = State.CONNECTED;
    private volatile String detail = "";

    /** The breaker of a master, which begins closed. */
    RedisCircuitBreaker(StateListener listener) {
        this.listener = listener;
    }

    /** Whether a call of this urgency may be sent; where one is admitted on trial, whether it is this one. */
    public boolean admits(Urgency urgency) {
        return urgency.isPressing() ? breaker.admits() : !isOpen();
    }

    /** Whether calls fail without being sent. */
    boolean isOpen() {
        return breaker.state() == CircuitBreaker.State.OPEN;
    }

    /** Whether all calls are sent. */
    public boolean isClosed() {
        return breaker.state() == CircuitBreaker.State.CLOSED;
    }

    /** Whether a ping is to ask if it is the master again. */
    boolean isReplica() {
        return replica;
    }

    State state() {
        return state;
    }

    String detail() {
        return detail;
    }

    /** Called when a batch was answered. */
    public void answered() {
        if (!breaker.isSettled()) {
            settle();
        }
    }

    private synchronized void settle() {
        breaker.succeeded();
        tellIfClosed();
    }

    private void tellIfClosed() {
        if (!isClosed()) {
            return;
        }
        if (full) {
            become(RedisFailure.FULL.state(), RedisFailure.FULL.words());
        } else if (denies) {
            become(RedisFailure.NOT_PERMITTED.state(), RedisFailure.NOT_PERMITTED.words());
        } else {
            become(State.CONNECTED, "");
        }
    }

    /** Called when a batch has failed. */
    public synchronized void failed(RedisFailure reason) {
        if (reason != RedisFailure.REPLICA) {
            if (breaker.failed()) {
                tellOpen(reason);
            }
        } else if (!isOpen()) {
            trip(reason);
        }
    }

    /** Called when Redis has refused to write; it may still be read. */
    public synchronized void refusedWrite() {
        pingsSinceRefusal = 0;
        if (!full) {
            full = true;
            tellIfClosed();
        }
    }

    /** Called when Redis has written. */
    public void wrote() {
        if (full) {
            writesAgain();
        }
    }

    private synchronized void writesAgain() {
        full = false;
        tellIfClosed();
    }

    /** Called when Redis has refused a command to the user; it still answers others. */
    public synchronized void denied(CommandPurpose purpose) {
        pingsSinceDenial = 0;
        denied.add(purpose);
        denies = true;
        tellIfClosed();
    }

    /** Called when Redis has carried out a command of this purpose. */
    public void did(CommandPurpose purpose) {
        if (denies) {
            permits(purpose);
        }
    }

    private synchronized void permits(CommandPurpose purpose) {
        if (denied.remove(purpose)) {
            undeny();
        }
    }

    private void undeny() {
        denies = !denied.isEmpty();
        tellIfClosed();
    }

    /** The number of pings that were answered. */
    public int pings() {
        return pings;
    }

    /**
     * Called when a batch that had already failed turns out to have waited for a connection in vain while pings were
     * answered.
     */
    public synchronized void exhausted() {
        if (!isClosed()) {
            become(RedisFailure.EXHAUSTED.state(), RedisFailure.EXHAUSTED.words());
        }
    }

    /** Called when a ping has failed. */
    synchronized void pingFailed(RedisFailure reason) {
        trip(reason);
    }

    /**
     * Called when a ping was answered. A ping later than a request would wait neither closes the breaker nor opens it.
     */
    void pinged(boolean inTime) {
        if (inTime) {
            pinged();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock; volatile for those who only look
    private synchronized void pinged() {
        pings++;
        replica = false;
        if (full && ++pingsSinceRefusal >= PINGS_TO_FORGET_REFUSAL) {
            writesAgain();
        }
        if (denies && ++pingsSinceDenial >= PINGS_TO_FORGET_DENIAL) {
            denied.clear();
            undeny();
        }
        breaker.probed();
        tellIfClosed();
    }

    private void trip(RedisFailure reason) {
        breaker.trip();
        tellOpen(reason);
    }

    private void tellOpen(RedisFailure reason) {
        replica = reason == RedisFailure.REPLICA;
        // Late calls while pings are answered: the cause told last, if any, says more.
        if (reason != RedisFailure.LATE || state != State.EXHAUSTED) {
            become(reason.state(), reason.words());
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
