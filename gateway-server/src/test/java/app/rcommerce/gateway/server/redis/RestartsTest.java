package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RestartsTest {

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Restarts.class);
    private final Restarts restarts = new Restarts(3);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void ignore() {
        logger.detachAppender(lines);
    }

    private void saw(String runId, String database) {
        restarts.saw(null, Map.of("run_id", runId), Map.of("db0", "keys=9999,expires=0,avg_ttl=0", "db3", database));
    }

    private List<String> told() {
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }

    @Test
    void aStoreThatComesBackEmptyIsTold() {
        saw("a", "keys=1000,expires=900,avg_ttl=5");
        saw("a", "keys=1200,expires=900,avg_ttl=5");
        assertThat(told()).isEmpty();
        saw("b", "keys=2,expires=2,avg_ttl=5");
        saw("b", "keys=3,expires=2,avg_ttl=5");
        assertThat(told())
                .containsExactly(
                        "WARN redis: the store came back empty, or nearly so: 2 keys, 1200 before it started again;"
                                + " limits begin anew, blocks and revocations that it held are gone");
    }

    @Test
    void aStoreThatHasKeptItsKeysIsNoCauseForAlarm() {
        saw("a", "keys=1000,expires=900,avg_ttl=5");
        saw("b", "keys=990,expires=900,avg_ttl=5\r");
        assertThat(told()).containsExactly("INFO redis: the store has started again with 990 keys, 1000 before");
    }

    @Test
    void aStoreWithoutKeysHasLostNone() {
        restarts.saw(null, Map.of("run_id", "a"), Map.of());
        restarts.saw(null, Map.of("run_id", "b"), Map.of());
        restarts.saw(null, Map.of(), Map.of());
        assertThat(told()).containsExactly("INFO redis: the store has started again with 0 keys, 0 before");
    }

    @Test
    void whatAnOddServerSaysIsNoNumber() {
        saw("a", "keys=many");
        saw("b", "");
        assertThat(told()).containsExactly("INFO redis: the store has started again with 0 keys, 0 before");
    }
}
