package app.rcommerce.gateway.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pending flushes of one event loop: everything that was written during a turn is flushed together at its end, so
 * that the process at the other end, often asleep, is woken once for all of it. A loop with little to do has short
 * turns, so the delay is short. With io_uring, where a flush only makes a request of the kernel that goes with the
 * others of the turn, what a read has others write is flushed when it has been handled. Confined to its event loop.
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
    private final @Nullable Reads reads;
    /** How many reads are being handled, one within another. */
    private int reading;

    /** An empty outbox of this loop; {@code afterReads} where what a read has others write need not wait. */
    public Outbox(EventLoop loop, boolean afterReads) {
        this.loop = loop;
        this.reads = afterReads ? new Reads() : null;
        this.rounds = new Rounds(loop);
        this.trickle = new Trickle(loop);
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

    /**
     * Flushes the writer at the end of the turn, or of the read that is being handled. One that has been added already
     * need not be added again.
     */
    public void add(Pending written) {
        pending.add(written);
        if (pending.size() == 1 && reading == 0) {
            loop.execute(this::flushAll);
        }
    }

    /** Has a channel of this loop flush what its reads have others write; to be called while its pipeline is empty. */
    public void watch(Channel channel) {
        if (reads != null) {
            channel.pipeline().addLast(reads);
        }
    }

    /** Stands first in the pipelines of a loop, and flushes once a read has been handled. */
    @Sharable
    private final class Reads extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            reading++;
            try {
                ctx.fireChannelRead(message);
            } finally {
                read();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            reading++;
            try {
                ctx.fireChannelReadComplete();
            } finally {
                read();
            }
        }

        private void read() {
            reading--;
            if (reading == 0 && !pending.isEmpty()) {
                flushAll();
            }
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

    /** Flushes one writer and logs its failure, so that the others are flushed too. */
    private static void flush(Pending written) {
        try {
            written.flushNow();
        } catch (RuntimeException e) {
            LOG.error("what was written could not be flushed", e);
        }
    }
}
