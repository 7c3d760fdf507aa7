package app.rcommerce.gateway.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleLoggingTest {

    private static final String FILE = "logback.configurationFile";

    private final LoggerContext loggers = new LoggerContext();

    @AfterEach
    void restore() {
        System.clearProperty(FILE);
        loggers.stop();
    }

    private ExecutionStatus configure() {
        loggers.setMDCAdapter(new LogbackMDCAdapter());
        loggers.start();
        ConsoleLogging logging = new ConsoleLogging();
        logging.setContext(loggers);
        return logging.configure(loggers);
    }

    @SuppressWarnings("unchecked")
    private ConsoleAppender<ILoggingEvent> console(String logger) {
        return (ConsoleAppender<ILoggingEvent>) loggers.getLogger(logger).iteratorForAppenders().next();
    }

    @Test
    void logbackFindsIt() {
        assertThat(ServiceLoader.load(Configurator.class)).hasOnlyElementsOfType(ConsoleLogging.class).hasSize(1);
    }

    @Test
    void accessLinesComeAsTheyAreAndOthersWithTimeAndPlace() {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        assertThat(configure()).isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
        console(AccessLog.LOGGER).setOutputStream(seen);
        console("ROOT").setOutputStream(seen);
        loggers.getLogger(AccessLog.LOGGER).info("{\"status\":200}");
        loggers.getLogger("app.rcommerce.gateway.server.Serving").info("serving é");
        loggers.getLogger("app.rcommerce.gateway.server.Serving").debug("nothing");

        String[] lines = seen.toString(StandardCharsets.UTF_8).split("\\R");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).isEqualTo("{\"status\":200}");
        assertThat(lines[1])
                .matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]{12}(Z|[-+]\\d\\d:\\d\\d) INFO {2}\\[.+] a\\.r\\.g\\.server\\.Serving: serving é");
    }

    @Test
    void librariesSayOnlyWhatMatters() {
        configure();
        assertThat(loggers.getLogger("io.netty.channel").getEffectiveLevel()).isEqualTo(Level.WARN);
        assertThat(loggers.getLogger("org.redisson.client").getEffectiveLevel()).isEqualTo(Level.WARN);
        assertThat(loggers.getLogger("org.redisson.client.handler.PingConnectionHandler").getEffectiveLevel())
                .isEqualTo(Level.OFF);
    }

    @Test
    void aFileReplacesItAll() {
        System.setProperty(FILE, "other.xml");
        assertThat(configure()).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
        assertThat(loggers.getLogger("ROOT").iteratorForAppenders().hasNext()).isFalse();
    }
}
