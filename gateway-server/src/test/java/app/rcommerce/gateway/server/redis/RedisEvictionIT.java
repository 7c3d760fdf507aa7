package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** A Redis whose memory is full removes keys, or refuses to write: which of them is seen. */
@Tag("redis")
class RedisEvictionIT {

    private static final Duration LOOKS = Duration.ofSeconds(30);
    private static final String VALUE = "x".repeat(100_000);

    @ParameterizedTest
    @CsvSource({"volatile-ttl, true", "allkeys-lru, true", "noeviction, false"})
    void whatIsEvictedIsCountedAndAPolicyThatEvictsStateIsWarnedOf(String policy, boolean warned) throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Evictions.class);
        lines.start();
        logger.addAppender(lines);
        try (RedisServer server = RedisServers.own()) {
            server.start();
            server.send("CONFIG", "SET", "maxmemory", "30mb");
            server.send("CONFIG", "SET", "maxmemory-policy", policy);
            fill(server, "before", 500);
            try (ObservedBackend observed = new ObservedBackend(TestRedis.config(server.port())
                    .deadline(ObservedBackend.DEADLINE)
                    .build())) {
                await().atMost(LOOKS).until(() -> observed.backend().memoryUsed() > 0);
                assertThat(observed.backend().evictedKeys())
                        .as("before it looked")
                        .isZero();

                if (warned) {
                    AtomicInteger rounds = new AtomicInteger();
                    await().atMost(LOOKS).until(() -> {
                        fill(server, "after" + rounds.incrementAndGet(), 20);
                        return observed.backend().evictedKeys() > 0;
                    });
                    assertThat(texts(lines)).singleElement().asString().contains("maxmemory-policy = " + policy);
                } else {
                    assertThat(texts(lines)).isEmpty();
                }
            }
        } finally {
            logger.detachAppender(lines);
        }
    }

    private static List<String> texts(ListAppender<ILoggingEvent> lines) {
        return List.copyOf(lines.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static void fill(RedisServer server, String name, int keys) throws Exception {
        for (int i = 0; i < keys; i++) {
            try {
                server.send("SET", name + i, VALUE, "EX", 300);
            } catch (java.io.IOException | RuntimeException e) {
                assertThat(e).hasMessageContaining("OOM");
                return;
            }
        }
    }
}
