package app.rcommerce.gateway.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;

/**
 * The logging configuration: everything goes to standard output, the access log in its own format. It is Java code
 * rather than XML, since reading XML takes a tenth of a second at each start. A file named by
 * {@code -Dlogback.configurationFile=FILE} replaces it. Logback finds this class and calls it once, on the thread that
 * logs first.
 */
public final class ConsoleLogging extends ContextAwareBase implements Configurator {

    /** The name of the appender that hands lines to the writing thread. */
    static final String APPENDER = "lossy";

    private static final String FILE = "logback.configurationFile";
    private static final String LINE = "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level [%thread] %logger{24}: %msg%n";

    /** Made by Logback. */
    public ConsoleLogging() {}

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        if (System.getProperty(FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(lossy(loggers, console(loggers, "lines", lines(loggers))));
        RepeatedLines repeated = new RepeatedLines();
        repeated.setContext(loggers);
        repeated.start();
        loggers.addTurboFilter(repeated);
        Logger access = loggers.getLogger(AccessLog.LOGGER);
        access.setLevel(Level.INFO);
        access.setAdditive(false);
        // A message is the whole line; the access log has a thread of its own already.
        access.addAppender(console(loggers, "access", pattern(loggers, "%msg%n")));
        loggers.getLogger("io.netty").setLevel(Level.WARN);
        loggers.getLogger("org.redisson").setLevel(Level.WARN);
        // Each failed ping and handshake, at length; the state of the connection is logged by us, once.
        loggers.getLogger("org.redisson.client.handler").setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static LossyAppender lossy(LoggerContext loggers, ConsoleAppender<ILoggingEvent> console) {
        LossyAppender lossy = new LossyAppender();
        lossy.setContext(loggers);
        lossy.setName(APPENDER);
        lossy.addAppender(console);
        lossy.start();
        return lossy;
    }

    private static PatternLayout pattern(LoggerContext loggers, String pattern) {
        PatternLayout layout = new PatternLayout();
        layout.setContext(loggers);
        layout.setPattern(pattern);
        layout.start();
        return layout;
    }

    private static LineLayout lines(LoggerContext loggers) {
        LineLayout layout = new LineLayout(pattern(loggers, LINE));
        layout.setContext(loggers);
        layout.start();
        loggers.putObject(LineLayout.NAME, layout);
        return layout;
    }

    private static ConsoleAppender<ILoggingEvent> console(
            LoggerContext loggers, String name, Layout<ILoggingEvent> layout) {
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(loggers);
        encoder.setLayout(layout);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(loggers);
        console.setName(name);
        console.setEncoder(encoder);
        console.start();
        return console;
    }
}
