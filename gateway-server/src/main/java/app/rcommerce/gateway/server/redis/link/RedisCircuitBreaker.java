package app.rcommerce.gateway.server.redis.link;

import app.rcommerce.gateway.balance.CircuitBreaker;
import app.rcommerce.gateway.balance.CircuitBreaker.Thresholds;
import app.rcommerce.gateway.server.backend.Backend.State;
import app.rcommerce.gateway.server.redis.link.CommandPurpose.Urgency;
import java.util.EnumSet;
import java.util.Set;

/**
 * The circuit breaker of one master, and what operators are told of it. It opens when so many batches in a row have
 * failed, when a ping has, or as soon as Redis says that it is a replica: then no call is sent. A ping that is answered
 * in time is a probe: it lets one call of those that a request waits for through on trial. The state becomes
 * {@link State#CONNECTED} only when the breaker is closed: a Redis that answers pings and nothing else does not make
 * the state flap, and one that is slow costs a single request its deadline five times a second at most.
 *
 * <p>A Redis that refuses to write goes on being asked, for what it can still be read, and so does one that refuses
 * some commands to the user; only the state tells.
 *
 * <p>Safe for any thread.
 */
public final class RedisCircuitBreaker {

    /** Is told of changes, in order, never twice the same. */
    interface StateListener {
        void changed(State state, String detail);
    }

    /** Batches in a row that fail before it opens, and pings in a row that must be answered before it closes. */
    static final Thresholds THRESHOLDS = new Thresholds(5, 2, 25);

    /** Pings, a second apart, after which nothing is known any more of a write that was refused. */
    private static final int PINGS_TO_FORGET_REFUSAL = 5;

    /** The same of a command that the user may not send: nothing but that command tries it again. */
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

    /** That of a master to which the first connections stand. */
    RedisCircuitBreaker(StateListener listener) {
        this.listener = listener;
    }

    /** Whether a call of this urgency may be sent; where there is one on trial, whether it is this one. */
    public boolean admits(Urgency urgency) {
        return urgency == Urgency.OPERATOR ? !isOpen() : breaker.admits();
    }

    /** Whether calls fail without being sent. */
    boolean isOpen() {
        return breaker.state() == CircuitBreaker.State.OPEN;
    }

    /** Whether all calls are sent. */
    boolean isClosed() {
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

    /** A batch was answered. */
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

    /** A batch failed. */
    public synchronized void failed(RedisFailure reason) {
        if (reason != RedisFailure.REPLICA) {
            if (breaker.failed()) {
                tellOpen(reason);
            }
        } else if (!isOpen()) {
            trip(reason);
        }
    }

    /** Redis has refused to write, and may be read all the same. */
    public synchronized void refusedWrite() {
        pingsSinceRefusal = 0;
        if (!full) {
            full = true;
            tellIfClosed();
        }
    }

    /** Redis has written. */
    public void wrote() {
        if (full) {
            writesAgain();
        }
    }

    private synchronized void writesAgain() {
        full = false;
        tellIfClosed();
    }

    /** Redis has refused this to the user: it answers, and may do everything else. */
    public synchronized void denied(CommandPurpose purpose) {
        pingsSinceDenial = 0;
        denied.add(purpose);
        denies = true;
        tellIfClosed();
    }

    /** Redis has done this. */
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

    /** How many pings were answered. */
    public int pings() {
        return pings;
    }

    /** A batch that had failed already turns out to have waited for a connection in vain, while pings were answered. */
    public synchronized void exhausted() {
        if (!isClosed()) {
            become(RedisFailure.EXHAUSTED.state(), RedisFailure.EXHAUSTED.words());
        }
    }

    /** A ping has failed. */
    synchronized void pingFailed(RedisFailure reason) {
        trip(reason);
    }

    /** A ping was answered; later than a request would wait, it is no reason to close the breaker, nor to open it. */
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
