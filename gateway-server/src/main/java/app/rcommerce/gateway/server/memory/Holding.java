package app.rcommerce.gateway.server.memory;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/**
 * What one client's connection takes of the heap, with all of its requests, of a budget that all clients share. It is
 * given back when the channel closes, whatever has been given back before. Confined to the channel's event loop.
 */
public final class Holding {

    /** About how many bytes a connection takes while nothing is under way; with TLS. */
    private static final int CONNECTION_BYTES = 4096;

    private static final AttributeKey<Holding> KEY = AttributeKey.valueOf(Holding.class, "of the channel");

    private final MemoryBudget budget;
    private long held;
    private boolean closed;

    private Holding(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * Begins the holding of a client that has connected.
     *
     * @return false where the budget is spent, so that the channel must be closed
     */
    public static boolean begin(Channel channel, MemoryBudget budget) {
        Holding holding = new Holding(budget);
        if (!holding.take(CONNECTION_BYTES)) {
            return false;
        }
        channel.attr(KEY).set(holding);
        channel.closeFuture().addListener(closed -> holding.close());
        return true;
    }

    /** How many connections a budget has room for, while nothing is under way on any. */
    public static int connections(MemoryBudget budget) {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, budget.most() / CONNECTION_BYTES));
    }

    /** The holding of this channel, which has been begun. */
    public static Holding of(Channel channel) {
        Holding holding = channel.attr(KEY).get();
        if (holding == null) {
            throw new IllegalStateException("a client whose memory nobody counts");
        }
        return holding;
    }

    /** Takes so many bytes of the heap; false where they are not left, and nothing is taken then. */
    public boolean take(long bytes) {
        if (closed || !budget.reserve(bytes)) {
            return false;
        }
        held += bytes;
        return true;
    }

    /** Gives back bytes that were taken. */
    public void give(long bytes) {
        if (!closed) {
            held -= bytes;
            budget.release(bytes);
        }
    }

    private void close() {
        closed = true;
        budget.release(held);
        held = 0;
    }
}
