package app.rcommerce.gateway.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * A filter that limits repeated log lines: a few of each kind within ten seconds are written, and the number of those
 * left out is logged when the next ten seconds begin. A kind is a logger and its message before values are put in, so
 * the number of kinds does not grow with the values. It applies to warnings and errors only. Safe for any thread.
 */
final class RepeatedLines extends TurboFilter {

    private static final int MOST = 20;
    private static final int MOST_KINDS = 512;
    private static final long SPAN_NANOS = Duration.ofSeconds(10).toNanos();

    private record Kind(String logger, String text) {}

    private static final class Repetitions {
        final AtomicLong sinceNanos = new AtomicLong(System.nanoTime());
        final AtomicInteger lines = new AtomicInteger();
    }

    private final ConcurrentHashMap<Kind, Repetitions> counts = new ConcurrentHashMap<>();

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable thrown) {
        if (!level.isGreaterOrEqual(Level.WARN) || format == null) {
            return FilterReply.NEUTRAL;
        }
        if (counts.size() > MOST_KINDS) {
            counts.clear();
        }
        Repetitions count = counts.computeIfAbsent(new Kind(logger.getName(), format), kind -> new Repetitions());
        long since = count.sinceNanos.get();
        long now = System.nanoTime();
        if (now - since > SPAN_NANOS && count.sinceNanos.compareAndSet(since, now)) {
            int leftOut = count.lines.getAndSet(0) - MOST;
            if (leftOut > 0) {
                logger.info("{} more lines like the next one were left out", leftOut);
            }
        }
        return count.lines.incrementAndGet() > MOST ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
