package app.rcommerce.gateway.server.log;

import app.rcommerce.gateway.config.ServerConfig.LogFormat;
import app.rcommerce.gateway.config.ServerConfig.LogLevel;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The format and the levels of the log: as the configuration says, and, until it is read again, as an operator has said
 * since. An operator's own logging file keeps its format. Safe for any thread.
 */
public final class LogSettings {

    private final LoggerContext loggers;
    /** What loggers were set to before an operator set them; null for what stands above them. */
    private final Map<Logger, @Nullable Level> before = new HashMap<>();

    /** The settings of a logging context. */
    LogSettings(LoggerContext loggers) {
        this.loggers = loggers;
    }

    /** The settings of this process. */
    public static LogSettings ofProcess() {
        return new LogSettings((LoggerContext) LoggerFactory.getILoggerFactory());
    }

    /** Puts to work what the configuration says, and forgets what an operator has set. */
    public synchronized void configure(LogFormat format, LogLevel level) {
        before.forEach(Logger::setLevel);
        before.clear();
        if (loggers.getObject(LineLayout.NAME) instanceof LineLayout lines) {
            lines.setJson(format == LogFormat.JSON);
            root().setLevel(Level.toLevel(level.name()));
        }
    }

    /**
     * Sets the level of a logger and of those below it that have none of their own, until the configuration is read
     * again.
     *
     * @param name such as {@code app.rcommerce.gateway.server.redis}; empty for all
     */
    public synchronized void setLevel(String name, LogLevel level) {
        Logger logger = name.isEmpty() ? root() : loggers.getLogger(name);
        if (!before.containsKey(logger)) {
            before.put(logger, logger.getLevel());
        }
        logger.setLevel(Level.toLevel(level.name()));
    }

    private Logger root() {
        return loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
