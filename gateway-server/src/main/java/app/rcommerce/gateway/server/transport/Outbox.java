package app.rcommerce.gateway.server.transport;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one event loop has written and not yet flushed. Everything goes out together once the events of a turn have been
 * handled: the process at the other end, often asleep, is woken once for all of it and not for each piece. A loop with
 * little to do has short turns, so nothing waits. Confined to its event loop.
 *
 * <p>Earned by {@code OutboxBenchmark}.
 */
public final class Outbox {

    /** Something that has written; flushed once for each time it was added. */
    public interface Pending {

        /** Flushes; on the event loop. */
        void flushNow();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final EventLoop loop;
    private final HeadBuffer heads = new HeadBuffer();
    private final List<Pending> pending = new ArrayList<>();

    /** An empty one of this loop. */
    public Outbox(EventLoop loop) {
        this.loop = loop;
    }

    /** Where heads of messages are put together: free for whoever is at it. */
    public HeadBuffer heads() {
        return heads;
    }

    /** Flushes this at the end of the turn. Who has been added already need not be added again. */
    public void add(Pending written) {
        pending.add(written);
        if (pending.size() == 1) {
            loop.execute(this::flushAll);
        }
    }

    /** Some may write again when they are flushed: that belongs to this turn too. */
    private void flushAll() {
        try {
            for (int i = 0; i < pending.size(); i++) {
                flush(pending.get(i));
            }
        } finally {
            pending.clear();
        }
    }

    /** One that fails must not keep the others waiting. */
    private static void flush(Pending written) {
        try {
            written.flushNow();
        } catch (RuntimeException e) {
            LOG.error("what was written could not be flushed", e);
        }
    }
}
