package app.rcommerce.gateway.store.memory.job;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.job.JobStoreContract;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryJobStoreTest extends JobStoreContract {

    private final HandClock clock = new HandClock();
    private final JobStore store = new MemoryJobStore(clock);

    @Override
    protected JobStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }

    @Test
    void lowPrioritiesAreNotOvertakenForEver() {
        String low = put(Priority.LOW);
        clock.advance(Priority.LOW.handicap().minusSeconds(1));
        String early = put(Priority.HIGH);
        clock.advance(Duration.ofSeconds(2));
        put(Priority.HIGH);

        assertThat(take(2).stream().map(TakenJob::id)).containsExactly(early, low);
    }
}
