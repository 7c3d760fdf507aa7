package app.rcommerce.gateway.server.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.concurrent.atomic.LongAdder;

/**
 * An appender that hands log lines to a thread of its own. When that thread cannot write fast enough, lines are dropped
 * and counted; no thread of the gateway waits for a log line. Safe for any thread.
 */
final class LossyAppender extends AsyncAppender {

    private static final LongAdder DROPPED = new LongAdder();
    private static final int CAPACITY = 4096;
    private static final int FLUSH_MILLIS = 1000;

    LossyAppender() {
        setQueueSize(CAPACITY);
        // No line is dropped for its level, and no thread waits for room.
        setDiscardingThreshold(0);
        setNeverBlock(true);
        setMaxFlushTime(FLUSH_MILLIS);
    }

    /** The number of lines dropped since the start of this process. */
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
