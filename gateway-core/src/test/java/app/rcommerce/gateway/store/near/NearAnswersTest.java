package app.rcommerce.gateway.store.near;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NearAnswersTest {

    /**
     * Whoever looks after a change was told must not find what was answered before, whatever others look up meanwhile.
     */
    @Test
    void whatWasForgottenIsNeverFoundAgain() throws Exception {
        Near near = new Near(Tracking.NONE, Duration.ofMinutes(1), false);
        NearAnswers<String, Integer> answers = new NearAnswers<>(near, Clock.system(), 100);
        AtomicInteger forgotten = new AtomicInteger(-1);
        AtomicInteger wrong = new AtomicInteger();
        AtomicBoolean isOver = new AtomicBoolean();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(Thread.ofPlatform().start(() -> {
                while (!isOver.get()) {
                    int before = forgotten.get();
                    Integer found = answers.find("key");
                    if (found != null && found <= before) {
                        wrong.incrementAndGet();
                    }
                }
            }));
        }
        for (int i = 0; i < 200_000; i++) {
            answers.remember(answers.ask("key"), i, Long.MAX_VALUE);
            answers.forget("key");
            forgotten.set(i);
        }
        isOver.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(wrong).hasValue(0);
    }
}
