package app.rcommerce.gateway.server.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

    @Test
    void noMoreIsReservedThanThereIsAndWhatIsRefusedTakesNothing() {
        MemoryBudget budget = new MemoryBudget(100);
        assertThat(budget.reserve(60)).isTrue();
        assertThat(budget.reserve(41)).isFalse();
        assertThat(budget.used()).isEqualTo(60);
        assertThat(budget.reserve(40)).isTrue();
        assertThat(budget.isSpent()).isTrue();
        budget.release(60);
        assertThat(budget.isSpent()).isFalse();
        assertThat(budget.used()).isEqualTo(40);
    }

    @Test
    void whatIsTakenAllTheSameCountsUntilItIsGivenBack() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.take(150);
        assertThat(budget.isSpent()).isTrue();
        assertThat(budget.reserve(1)).isFalse();
        budget.release(150);
        assertThat(budget.reserve(100)).isTrue();
        assertThat(budget.most()).isEqualTo(100);
    }

    @Test
    void severalThreadsTogetherNeverHaveMore() throws Exception {
        MemoryBudget budget = new MemoryBudget(1_000);
        AtomicLong had = new AtomicLong();
        AtomicLong most = new AtomicLong();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                threads.submit(() -> {
                    for (int n = 0; n < 20_000; n++) {
                        if (budget.reserve(300)) {
                            most.accumulateAndGet(had.addAndGet(300), Math::max);
                            had.addAndGet(-300);
                            budget.release(300);
                        }
                    }
                });
            }
        }
        assertThat(most.get()).isBetween(300L, 900L);
        assertThat(budget.used()).isZero();
    }
}
