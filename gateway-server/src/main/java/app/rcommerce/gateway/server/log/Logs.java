package app.rcommerce.gateway.server.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import org.slf4j.LoggerFactory;

/** The number of dropped log lines, and the end of logging. Safe for any thread. */
public final class Logs {

    private Logs() {}

    /**
     * The number of log lines, other than those of the access log, that were dropped since the start because they could
     * not be written in time.
     */
    public static long dropped() {
        return LossyAppender.dropped();
    }

    /**
     * Writes the waiting lines, for a second at most, and ends the writing thread; called at the end of the process.
     * Appenders from an operator's own logging file are left alone.
     */
    public static void close() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
            Appender<ILoggingEvent> appender =
                    loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender(ConsoleLogging.APPENDER);
            if (appender instanceof LossyAppender lossy) {
                lossy.stop();
            }
        }
    }
}
