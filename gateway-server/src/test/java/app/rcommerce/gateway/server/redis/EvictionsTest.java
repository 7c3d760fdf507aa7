package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EvictionsTest {

    /** What is logged of masters that are looked at in turn, again and again. */
    private static List<String> logged(MasterMemory... masters) {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Evictions.class);
        lines.start();
        logger.addAppender(lines);
        try {
            Evictions evictions = new Evictions();
            for (int i = 0; i < 3; i++) {
                for (MasterMemory master : masters) {
                    evictions.sawMemory(master);
                }
            }
            return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        } finally {
            logger.detachAppender(lines);
        }
    }

    private static MasterMemory master(long most, String policy) {
        return new MasterMemory(null, 1, most, policy);
    }

    @Test
    void mastersThatDifferAreWarnedOfOnceForEachPolicy() {
        assertThat(logged(master(100, "volatile-ttl"), master(100, "noeviction"), master(100, "allkeys-lru")))
                .hasSize(2)
                .anyMatch(line -> line.contains("volatile-ttl"))
                .anyMatch(line -> line.contains("allkeys-lru"));
    }

    @Test
    void nothingIsSaidWhereNothingCanBeEvictedOrIsTold() {
        assertThat(logged(master(0, "allkeys-lru"), master(100, "noeviction"), master(100, "")))
                .isEmpty();
    }
}
