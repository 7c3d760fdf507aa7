package app.rcommerce.gateway.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pending flushes of one event loop: everything that was written during a turn is flushed together at its end, so
 * that the process at the other end, often asleep, is woken once for all of it. A loop with little to do has short
 * turns, so the delay is short. Confined to its event loop.
 *
 * <p>Earned by {@code OutboxBenchmark}.
 */
public final class Outbox {

    /** A writer to be flushed, once for each time it was added. */
    public interface Pending {

        /** Flushes; on the event loop. */
        void flushNow();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final EventLoop loop;
    private final HeadBuffer heads = new HeadBuffer();
    private final Rounds rounds;
    private final Trickle trickle;
    private final List<Pending> pending = new ArrayList<>();

    /** An empty outbox of this loop. */
    public Outbox(EventLoop loop) {
        this.loop = loop;
        this.rounds = new Rounds(loop);
        this.trickle = new Trickle(loop);
    }

    /**
     * A buffer for so many bytes that are to be written. Where memory outside of the heap is spent it is on the heap:
     * no writer fails half-way, and the channel, which cannot write it either, says so as for any other failed write.
     */
    public static ByteBuf room(ByteBufAllocator allocator, int bytes) {
        try {
            return allocator.directBuffer(bytes);
        } catch (OutOfMemoryError e) {
            return Unpooled.buffer(bytes);
        }
    }

    /** Does a task; logs what it throws, of whatever kind, and does the other one then. */
    public static void guarded(Runnable task, Runnable otherwise) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.error("a request could not be gone on with", e);
            otherwise.run();
        }
    }

    /** The buffer in which heads of messages are put together, shared by all writers of the loop. */
    public HeadBuffer heads() {
        return heads;
    }

    /** The rounds of the loop among its long-lived connections. */
    public Rounds rounds() {
        return rounds;
    }

    /** The work of the loop for which nobody waits. */
    public Trickle trickle() {
        return trickle;
    }

    /** Flushes the writer at the end of the turn. One that has been added already need not be added again. */
    public void add(Pending written) {
        pending.add(written);
        if (pending.size() == 1) {
            loop.execute(this::flushAll);
        }
    }

    /** Flushes all writers, including those added while others are flushed. */
    private void flushAll() {
        try {
            for (int i = 0; i < pending.size(); i++) {
                flush(pending.get(i));
            }
        } finally {
            pending.clear();
        }
    }

    /** Flushes one writer and logs its failure, that of memory which is spent too, so that the others are flushed. */
    private static void flush(Pending written) {
        try {
            written.flushNow();
        } catch (Throwable e) {
            LOG.error("what was written could not be flushed", e);
        }
    }
}
