package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.backend.Backend.State;
import app.rcommerce.gateway.server.redis.Operation.Urgency;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker, and what operators are told. It opens when so many batches in a row have failed, when a ping
 * has, or as soon as Redis says that it is a replica: then no call is sent. A ping that is answered in time lets one
 * call of those that a request waits for through on trial: if it fails, the breaker is open again, if it is answered,
 * all pass. The state becomes {@link State#CONNECTED} only when a call has been answered or, without traffic, when
 * pings have been for a while: a Redis that answers pings and nothing else does not make the state flap, and one that
 * is slow costs a single request its deadline five times a second at most.
 *
 * <p>A Redis that refuses to write goes on being asked, for what it can still be read, and so does one that refuses
 * some commands to the user; only the state tells.
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

    /** Pings in a row that must be answered, without any traffic, where a ping had failed. */
    static final int PINGS_TO_CONNECT = 2;

    /** The same where pings had been answered while calls failed: so that calls now and then do not make it flap. */
    static final int PINGS_TO_CONNECT_AFTER_CALLS = 25;

    /** Pings, a second apart, after which nothing is known any more of a write that was refused. */
    private static final int PINGS_TO_FORGET_REFUSAL = 5;

    /** The same of a command that the user may not send: nothing but that command tries it again. */
    private static final int PINGS_TO_FORGET_DENIAL = 60;

    private final Listener listener;
    private volatile boolean open;
    private volatile boolean steady = true;
    private volatile boolean trial;
    private volatile boolean replica;
    private volatile boolean full;
    private volatile int failures;
    private volatile int pings;
    private int pingsToConnect = PINGS_TO_CONNECT;
    private int pingsInARow;
    private int pingsSinceRefusal;
    private final Set<Operation> denied = EnumSet.noneOf(Operation.class);
    private volatile boolean denies;
    private int pingsSinceDenial;
    private volatile State state = State.CONNECTED;
    private volatile String detail = "";

    /** That of a node to which the first connections stand. */
    Health(Listener listener) {
        this.listener = listener;
    }

    /** Whether a call of this urgency may be sent; where there is one on trial, whether it is this one. */
    boolean admits(Urgency urgency) {
        if (open) {
            return false;
        }
        return steady || urgency == Urgency.OPERATOR || isOnTrial();
    }

    private synchronized boolean isOnTrial() {
        boolean chosen = trial;
        trial = false;
        return steady || chosen;
    }

    /** Whether calls fail without being sent. */
    boolean isOpen() {
        return open;
    }

    /** Whether calls have been answered since the breaker was last open. */
    boolean isSteady() {
        return steady;
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
            tellCalm();
        }
    }

    private void tellCalm() {
        if (full) {
            become(Trouble.FULL.state(), Trouble.FULL.words());
        } else if (denies) {
            become(Trouble.NOT_PERMITTED.state(), Trouble.NOT_PERMITTED.words());
        } else {
            become(State.CONNECTED, "");
        }
    }

    /** A batch failed. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock; volatile for those who only look
    synchronized void failed(Trouble trouble) {
        failures++;
        if (!open && (!steady || trouble == Trouble.REPLICA || failures >= FAILURES_TO_OPEN)) {
            pingsToConnect = trouble == Trouble.REPLICA ? PINGS_TO_CONNECT : PINGS_TO_CONNECT_AFTER_CALLS;
            trip(trouble);
        }
    }

    /** Redis has refused to write, and may be read all the same. */
    synchronized void refusedWrite() {
        pingsSinceRefusal = 0;
        if (!full) {
            full = true;
            if (steady && !open) {
                tellCalm();
            }
        }
    }

    /** Redis has written. */
    void wrote() {
        if (full) {
            writesAgain();
        }
    }

    private synchronized void writesAgain() {
        full = false;
        if (steady && !open) {
            tellCalm();
        }
    }

    /** Redis has refused this to the user: it answers, and may do everything else. */
    synchronized void denied(Operation operation) {
        pingsSinceDenial = 0;
        denied.add(operation);
        denies = true;
        if (steady && !open) {
            tellCalm();
        }
    }

    /** Redis has done this. */
    void did(Operation operation) {
        if (denies) {
            permits(operation);
        }
    }

    private synchronized void permits(Operation operation) {
        if (denied.remove(operation)) {
            undeny();
        }
    }

    private void undeny() {
        denies = !denied.isEmpty();
        if (steady && !open) {
            tellCalm();
        }
    }

    /** How many pings were answered. */
    int pings() {
        return pings;
    }

    /** A batch that had failed already turns out to have waited for a connection in vain, while pings were answered. */
    synchronized void exhausted() {
        if (open || !steady) {
            become(Trouble.EXHAUSTED.state(), Trouble.EXHAUSTED.words());
        }
    }

    /** A ping was answered, where {@code trouble} is null, or failed. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock; volatile for those who only look
    synchronized void pinged(@Nullable Trouble trouble) {
        if (trouble != null) {
            pingsToConnect = PINGS_TO_CONNECT;
            trip(trouble);
            return;
        }
        pings++;
        pingsInARow++;
        replica = false;
        if (full && ++pingsSinceRefusal >= PINGS_TO_FORGET_REFUSAL) {
            writesAgain();
        }
        if (denies && ++pingsSinceDenial >= PINGS_TO_FORGET_DENIAL) {
            denied.clear();
            undeny();
        }
        if (open) {
            open = false;
            failures = 0;
            trial = true;
        } else if (!steady && pingsInARow >= pingsToConnect) {
            settle();
        } else {
            trial = !steady;
        }
    }

    /** A ping was answered, but later than a request would wait: no reason to close a breaker, nor to open it. */
    synchronized void pingedLate() {
        if (open) {
            pingsInARow = 0;
        }
    }

    private void trip(Trouble trouble) {
        open = true;
        steady = false;
        trial = false;
        pingsInARow = 0;
        replica = trouble == Trouble.REPLICA;
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
