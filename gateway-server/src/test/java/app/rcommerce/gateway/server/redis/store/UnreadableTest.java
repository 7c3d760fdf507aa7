package app.rcommerce.gateway.server.redis.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class UnreadableTest {

    @Test
    void eachValueIsCountedAtEachReadingAndLoggedOnce() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Unreadable.class);
        lines.start();
        logger.addAppender(lines);
        List<String> counted = new ArrayList<>();
        try {
            Unreadable unreadable = new Unreadable(counted::add);
            for (int i = 0; i < 3; i++) {
                unreadable.found("cutoff", "token:cutoff:user:42", "soon\n", "no token is revoked by it");
            }
            unreadable.found("cutoff", "token:cutoff:user:42", "later", "no token is revoked by it");
            unreadable.found("block", "rcommerce:blocklist:key:erp", null, "it blocks nobody");
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(counted).containsExactly("cutoff", "cutoff", "cutoff", "cutoff", "block");
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "redis: \"token:cutoff:user:42\" holds \"soon\\u000A\": no token is revoked by it",
                        "redis: \"token:cutoff:user:42\" holds \"later\": no token is revoked by it",
                        "redis: \"rcommerce:blocklist:key:erp\" holds no text: it blocks nobody");
    }
}
