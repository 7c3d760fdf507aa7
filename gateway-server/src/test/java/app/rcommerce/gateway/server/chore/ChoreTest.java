package app.rcommerce.gateway.server.chore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChoreTest {

    @Test
    void aChoreThatThrowsIsRunAgain() {
        AtomicInteger runs = new AtomicInteger();
        try (ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor()) {
            new Chore("a test", () -> {
                        switch (runs.incrementAndGet()) {
                            case 1 -> throw new IllegalStateException("once");
                            case 2 -> throw new StackOverflowError();
                            default -> {}
                        }
                    })
                    .every(executor, 0, 1);
            await().until(() -> runs.get() >= 5);
            executor.shutdownNow();
        }
        assertThat(runs.get()).isGreaterThanOrEqualTo(5);
    }
}
