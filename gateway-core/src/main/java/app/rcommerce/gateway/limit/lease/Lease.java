package app.rcommerce.gateway.limit.lease;

import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lease of one node for one identifier: permits that the store has counted already, or a {@link Refusal}; and the
 * number of permits that the next request should ask for. Not safe for use by several threads; times are nanoseconds of
 * a monotonic clock.
 */
public sealed interface Lease permits HeldLease, TimedLease {

    /** How often what is due should be told to the store, in milliseconds. */
    int TELL_MILLIS = 5;

    /** The time at which nothing is due. */
    long NEVER = Long.MAX_VALUE;

    /**
     * A lease without permits: held where the store can hold permits of these meters, else one that ends soon.
     *
     * @param seldom whether it will hardly be remembered until its identifier comes again
     */
    static Lease of(Meters meters, boolean seldom, long now) {
        return meters.canBeHeld() ? new HeldLease(meters, seldom, now) : new TimedLease(meters, now);
    }

    /**
     * Uses permits of the lease, or refuses while the store's refusal is in force.
     *
     * @return the decision as of now; null where the store must be asked
     */
    @Nullable
    Decision use(long permits, long now);

    /**
     * Puts permits back that were taken and not used.
     *
     * @return what must be sent back to the store; null where there is nothing to send
     */
    @Nullable
    Unused putBack(Unused taken, long now);

    /** Records that permits have gone back to the store, so that there may be room where it has refused. */
    void returned();

    /**
     * Whether it is time to ask for more permits while some are still there. This happens only for identifiers in
     * demand.
     */
    boolean isRunningLow(long now);

    /**
     * Counts the demand of a request, whether it has its permits or waits for them; to be called once for each request.
     */
    void demanded(long permits);

    /**
     * The next request to the store.
     *
     * @param least what the first request in line needs; 0 where none waits
     * @param waiting what all requests in line need
     * @param nodes among how many the room is shared
     */
    LeaseRequest request(long least, long waiting, int nodes, long now);

    /**
     * Records the store's answer.
     *
     * @param request what was asked for
     * @param sentNanos when the request was sent
     */
    void answered(Grant answer, LeaseRequest request, long sentNanos, long now);

    /**
     * Whether an answer has come too late for the requests that waited for it to be admitted by what it has counted.
     * Where a lease lives for less than the store's deadline, as with windows below 1.5 s, they are admitted up to that
     * deadline, as they would be without a lease.
     */
    boolean isStale(long sentNanos, long now);

    /** Records that all who waited for the last answer have been served that can be. */
    void served(long now);

    /** Records that there was no answer: for a moment no request is sent ahead of need. */
    void failed(long now);

    /**
     * When the store should next be told or asked something although no request waits; {@link #NEVER} where nothing is
     * due.
     */
    long dueNanos(int nodes);

    /** What the store is told at the end of what is no longer held; null where there is nothing to tell. */
    @Nullable
    LeaseRequest closing();

    /** The permits of one grant that are to go back to the store now; null where there are none. */
    @Nullable
    Unused leftover(long now);

    /** Whether the store holds permits for this node, or has not been told of all that were used. */
    boolean isHolding();

    /** Gives up all permits; {@link #leftover} and {@link #closing} tell the store. */
    void giveUp(long now);

    /** Forgets all permits and any refusal, since the store may have forgotten them. */
    void forget(long now);

    /** Forgets everything, also the store's last decision, since the counts have been reset. */
    void reset(long now);

    /** The last answer of the store about each meter; empty where there is none. */
    List<Known> known(long now);

    /** Whether there are no permits, and none are to go back. */
    boolean isIdle();
}
