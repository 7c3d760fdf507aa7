package app.rcommerce.gateway.server.transport;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work of one event loop that may be much at once and for which nobody waits: a fifth of a millisecond of each turn is
 * spent on it, in the order in which it came, so that clients are served between. Confined to its event loop.
 */
public final class Trickle {

    private static final Logger LOG = LoggerFactory.getLogger(Trickle.class);
    private static final long SHARE_NANOS = 200_000;

    private final EventLoop loop;
    private final Deque<Runnable> work = new ArrayDeque<>(0);

    Trickle(EventLoop loop) {
        this.loop = loop;
    }

    /** Does this at the end of the turn, or of a later one. */
    public void add(Runnable piece) {
        work.add(piece);
        if (work.size() == 1) {
            loop.execute(this::run);
        }
    }

    private void run() {
        long begin = System.nanoTime();
        do {
            // Taken away once it is done, so that what it adds does not begin a second run.
            runOne(work.element());
            work.remove();
        } while (!work.isEmpty() && System.nanoTime() - begin < SHARE_NANOS);
        if (!work.isEmpty()) {
            // Not a task of this turn's, which would run before anything is read.
            loop.schedule(this::run, 0, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Does one piece and logs its failure, that of memory which is spent too, so that the others are done all the same.
     */
    private static void runOne(Runnable piece) {
        try {
            piece.run();
        } catch (Throwable e) {
            LOG.error("a piece of work has failed", e);
        }
    }
}
