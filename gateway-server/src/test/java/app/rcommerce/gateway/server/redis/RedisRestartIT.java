package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A Redis that starts again without what it held: the log says so. */
@Tag("redis")
class RedisRestartIT {

    private static final Duration LOOKS = Duration.ofSeconds(30);

    @Test
    void aStoreThatComesBackEmptyIsALineInTheLog() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Restarts.class);
        lines.start();
        logger.addAppender(lines);
        try (RedisServer server = RedisServers.own()) {
            server.start();
            for (int i = 0; i < 200; i++) {
                server.send("SET", "held" + i, "x", "EX", 300);
            }
            try (ObservedBackend observed = new ObservedBackend(TestRedis.config(server.port())
                    .deadline(ObservedBackend.DEADLINE)
                    .build())) {
                await().atMost(LOOKS).until(() -> observed.backend().memoryUsed() > 0);
                assertThat(lines.list).isEmpty();

                server.kill();
                server.start();

                await().atMost(LOOKS).until(() -> !lines.list.isEmpty());
                assertThat(List.copyOf(lines.list))
                        .singleElement()
                        .satisfies(line ->
                                assertThat(line.getFormattedMessage()).startsWith("redis: the store came back empty"));
            }
        } finally {
            logger.detachAppender(lines);
        }
    }
}
