package app.rcommerce.gateway.server.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import org.slf4j.LoggerFactory;

/** The log as a whole. Safe for any thread. */
public final class Logs {

    private Logs() {}

    /** Lines of the log, not of the access log, that were given up since the start because nobody took them. */
    public static long dropped() {
        return LossyAppender.dropped();
    }

    /**
     * Writes what waits to be written, for a second at most, and ends the thread that writes: at the end of the
     * process. What a logging file of the operator's own set up is left to itself.
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
