package app.rcommerce.gateway.server.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hands log lines to a thread of its own, which writes them. Where nobody takes what that thread writes, lines are
 * given up and counted: no thread of the gateway ever waits for a log line. Safe for any thread.
 */
final class LossyAppender extends AsyncAppender {

    private static final LongAdder DROPPED = new LongAdder();
    private static final int CAPACITY = 4096;
    private static final int FLUSH_MILLIS = 1000;

    LossyAppender() {
        setQueueSize(CAPACITY);
        // Nothing is given up for its level, and nobody waits for room.
        setDiscardingThreshold(0);
        setNeverBlock(true);
        setMaxFlushTime(FLUSH_MILLIS);
    }

    /** Lines given up since the start, in this process. */
    static long dropped() {
        return DROPPED.sum();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (getRemainingCapacity() == 0) {
            DROPPED.increment();
        } else {
            super.append(event);
        }
    }
}
