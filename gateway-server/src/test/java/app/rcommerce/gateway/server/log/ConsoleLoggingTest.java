package app.rcommerce.gateway.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ServerConfig.LogFormat;
import app.rcommerce.gateway.config.ServerConfig.LogLevel;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
        Appender<ILoggingEvent> appender =
                loggers.getLogger(logger).iteratorForAppenders().next();
        return (ConsoleAppender<ILoggingEvent>)
                (appender instanceof LossyAppender lossy
                        ? lossy.iteratorForAppenders().next()
                        : appender);
    }

    @Test
    void logbackFindsIt() {
        assertThat(ServiceLoader.load(Configurator.class))
                .hasOnlyElementsOfType(ConsoleLogging.class)
                .hasSize(1);
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
        ((LossyAppender) loggers.getLogger("ROOT").getAppender(ConsoleLogging.APPENDER)).stop();

        String[] lines = seen.toString(StandardCharsets.UTF_8).split("\\R");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).isEqualTo("{\"status\":200}");
        assertThat(lines[1])
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT[0-9:.]{12}(Z|[-+]\\d\\d:\\d\\d) INFO {2}\\[.+] a\\.r\\.g\\.server\\.Serving: serving é");
    }

    @Test
    void asJsonEachLineIsAnObjectAStackTraceAmongItsMembers() {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        configure();
        new LogSettings(loggers).configure(LogFormat.JSON, LogLevel.INFO);
        console("ROOT").setOutputStream(seen);
        var logger = loggers.getLogger("app.rcommerce.gateway.server.Serving");
        logger.info("serving \"é\"\non two lines");
        logger.error("a defect", new IllegalStateException("of one", new IOException("of another")));
        ((LossyAppender) loggers.getLogger("ROOT").getAppender(ConsoleLogging.APPENDER)).stop();

        String[] lines = seen.toString(StandardCharsets.UTF_8).split("\\R");
        assertThat(lines).hasSize(2);
        JsonMapper json = JsonMapper.builder().build();
        JsonNode first = json.readTree(lines[0]);
        assertThat(first.propertyNames()).containsExactly("time", "level", "thread", "logger", "message");
        assertThat(first.path("message").asString()).isEqualTo("serving \"é\"\non two lines");
        assertThat(first.path("time").asString()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]{12}Z");
        JsonNode second = json.readTree(lines[1]);
        assertThat(second.path("level").asString()).isEqualTo("ERROR");
        assertThat(second.path("stack_trace").asString())
                .startsWith("java.lang.IllegalStateException: of one")
                .contains("\tat ", "Caused by: java.io.IOException: of another");
    }

    @Test
    void aLevelThatAnOperatorSetsHoldsUntilTheConfigurationIsReadAgain() {
        configure();
        LogSettings settings = new LogSettings(loggers);
        settings.configure(LogFormat.MIXED, LogLevel.WARN);
        var redis = loggers.getLogger("app.rcommerce.gateway.server.redis");
        assertThat(redis.getEffectiveLevel()).isEqualTo(Level.WARN);
        assertThat(loggers.getLogger(AccessLog.LOGGER).getEffectiveLevel()).isEqualTo(Level.INFO);

        settings.setLevel("app.rcommerce.gateway.server.redis", LogLevel.DEBUG);
        settings.setLevel("app.rcommerce.gateway.server.redis", LogLevel.TRACE);
        settings.setLevel("", LogLevel.ERROR);
        assertThat(redis.getEffectiveLevel()).isEqualTo(Level.TRACE);
        assertThat(loggers.getLogger("app.rcommerce.gateway").getEffectiveLevel())
                .isEqualTo(Level.ERROR);
        assertThat(loggers.getLogger("io.netty.channel").getEffectiveLevel()).isEqualTo(Level.WARN);

        settings.configure(LogFormat.MIXED, LogLevel.INFO);
        assertThat(redis.getLevel()).isNull();
        assertThat(redis.getEffectiveLevel()).isEqualTo(Level.INFO);
    }

    @Test
    void aFaultThatRepeatsWritesAFewLinesAndOthersAreNotHeldBack() {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        configure();
        console("ROOT").setOutputStream(seen);
        var logger = loggers.getLogger("app.rcommerce.gateway.server.Serving");
        for (int i = 0; i < 10_000; i++) {
            logger.warn("fault {}", i);
            if (i < 100) {
                logger.info("done {}", i);
            }
        }
        logger.warn("another fault");
        ((LossyAppender) loggers.getLogger("ROOT").getAppender(ConsoleLogging.APPENDER)).stop();
        assertThat(seen.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains(": fault ")))
                .hasSize(20);
        assertThat(seen.toString(StandardCharsets.UTF_8)).contains("done 99").contains("another fault");
    }

    @Test
    void whereNobodyTakesLinesTheyAreGivenUpAndCounted() throws Exception {
        configure();
        CountDownLatch taken = new CountDownLatch(1);
        console("ROOT").setOutputStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                try {
                    taken.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        });
        long before = Logs.dropped();
        var logger = loggers.getLogger("app.rcommerce.gateway.server.Serving");
        for (int i = 0; i < 10_000; i++) {
            logger.info("line {}", i);
        }
        assertThat(Logs.dropped() - before).isBetween(5_000L, 6_000L);
        taken.countDown();
    }

    @Test
    void librariesSayOnlyWhatMatters() {
        configure();
        assertThat(loggers.getLogger("io.netty.channel").getEffectiveLevel()).isEqualTo(Level.WARN);
        assertThat(loggers.getLogger("org.redisson.client").getEffectiveLevel()).isEqualTo(Level.WARN);
        assertThat(loggers.getLogger("org.redisson.client.handler.PingConnectionHandler")
                        .getEffectiveLevel())
                .isEqualTo(Level.OFF);
    }

    @Test
    void aFileReplacesItAll() {
        System.setProperty(FILE, "other.xml");
        assertThat(configure()).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
        assertThat(loggers.getLogger("ROOT").iteratorForAppenders().hasNext()).isFalse();
    }
}
