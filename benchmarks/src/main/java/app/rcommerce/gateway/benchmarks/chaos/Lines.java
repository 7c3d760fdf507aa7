package app.rcommerce.gateway.benchmarks.chaos;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** A log appender that keeps the gateway's log lines, in place of the console. Safe for any thread. */
final class Lines extends AppenderBase<ILoggingEvent> {

    /** A line and when it was written, in milliseconds since 1970. */
    record Line(long millis, Level level, String logger, String text) {

        /** Whether it is about Redis. */
        boolean isOfRedis() {
            return logger.contains(".redis") || logger.contains("redisson");
        }
    }

    private final Queue<Line> lines = new ConcurrentLinkedQueue<>();

    /** Takes over the root logger. */
    static Lines capture() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        Lines lines = new Lines();
        lines.setContext(context);
        lines.start();
        root.addAppender(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(new Line(event.getTimeStamp(), event.getLevel(), event.getLoggerName(), event.getFormattedMessage()));
    }

    /** The lines of a span of time. */
    List<Line> between(long fromMillis, long toMillis) {
        return lines.stream()
                .filter(line -> line.millis() >= fromMillis && line.millis() <= toMillis)
                .toList();
    }
}
