package app.rcommerce.gateway.server.refusals;

import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.exchange.Traffic;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest exchanges of this node that the gateway itself answered or that went wrong, for the question why. There is
 * a fixed number of them, each with its texts cut to {@link #LONGEST_TEXT} characters. Of one address, or of one /64
 * network of IPv6, no more than {@link #MOST_A_SECOND} are kept in a second, so that who is refused all the time does
 * not push out everybody else; addresses with the same hash share that. Never waits; safe for any thread.
 */
public final class RecentRefusals implements Traffic {

    /** How long a text of an exchange is at most, in characters. */
    static final int LONGEST_TEXT = 512;

    /** How many exchanges of an address are kept in a second. */
    static final int MOST_A_SECOND = 16;

    private static final int ADDRESSES = 1024;
    private static final int COUNT_BITS = 8;

    private final AtomicReferenceArray<@Nullable Finished> kept;
    private final AtomicLong end = new AtomicLong();
    /** For addresses of one hash: the second, and in the low bits how many exchanges were kept in it. */
    private final AtomicLongArray counts = new AtomicLongArray(ADDRESSES);

    /** Keeps so many exchanges. */
    public RecentRefusals(int most) {
        this.kept = new AtomicReferenceArray<>(most);
    }

    @Override
    public void finished(Finished finished) {
        boolean refused = !finished.code().isEmpty() || !finished.failure().isEmpty();
        if (refused && isRoomFor(finished)) {
            long index = end.getAndIncrement();
            kept.set((int) (index % kept.length()), finished.shortened(LONGEST_TEXT));
        }
    }

    private boolean isRoomFor(Finished finished) {
        int address = (counted(finished.clientAddress()).hashCode() & Integer.MAX_VALUE) % ADDRESSES;
        // By their ends, since a client chooses how long ago the exchanges began that it ends now.
        long endMillis = finished.startMillis() + TimeUnit.NANOSECONDS.toMillis(finished.durationNanos());
        long first = (endMillis / 1000) << COUNT_BITS;
        long counted = counts.get(address);
        // Two threads may count one exchange for two: that only keeps one more.
        if (counted >> COUNT_BITS != first >> COUNT_BITS) {
            counts.set(address, first + 1);
            return true;
        }
        if (counted - first >= MOST_A_SECOND) {
            return false;
        }
        counts.set(address, counted + 1);
        return true;
    }

    /** What an address is counted under, as for limits: of IPv6 its /64, all of which one client may have. */
    private static String counted(String address) {
        byte[] bytes = address.indexOf(':') < 0 ? null : Addresses.parse(address);
        return bytes == null ? address : Addresses.folded(bytes);
    }

    /** The newest exchange with this id of the request; null where none is kept. */
    public @Nullable Finished find(String requestId) {
        long newest = end.get() - 1;
        for (long index = newest; index >= 0 && index > newest - kept.length(); index--) {
            Finished finished = kept.get((int) (index % kept.length()));
            if (finished != null && finished.requestId().equals(requestId)) {
                return finished;
            }
        }
        return null;
    }

    @Override
    public void connectionOpened() {
        // Requests are kept, not connections.
    }

    @Override
    public void connectionClosed() {
        // Requests are kept, not connections.
    }
}
