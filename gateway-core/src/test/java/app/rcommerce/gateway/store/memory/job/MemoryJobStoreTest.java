package app.rcommerce.gateway.store.memory.job;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.job.JobStoreContract;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.List;
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

    private JobStore.Enqueued put(JobStore to, String queueName, int characters, String event) {
        String id = JobId.next(clock.millis());
        String text = text(id, Priority.NORMAL, "x".repeat(characters));
        NewJob.Event named = event.isEmpty() ? null : new NewJob.Event(event, Duration.ofDays(1));
        NewJob job = new NewJob(id, Priority.NORMAL, text, Duration.ZERO, null, named);
        return now(to.enqueue(QueueRule.of(queueName), job));
    }

    @Test
    void allQueuesTogetherHaveNoMoreOfTheHeapThanTheyMay() {
        JobStore small = new MemoryJobStore(clock, 100_000);
        for (int i = 0; i < 4; i++) {
            assertThat(put(small, "queue" + i % 2, 20_000, "")).isInstanceOf(JobStore.Enqueued.Accepted.class);
        }
        assertThat(put(small, "queue2", 20_000, "")).isInstanceOf(JobStore.Enqueued.Full.class);
        // A text that is more than ASCII may have twice the memory, and a job has some beside its text.
        assertThat(put(small, "queue2", 10_000, "")).isInstanceOf(JobStore.Enqueued.Accepted.class);
        assertThat(put(small, "queue2", 6_000, "")).isInstanceOf(JobStore.Enqueued.Full.class);

        QueueRule first = QueueRule.of("queue0");
        TakenJob done = now(small.take(first, "worker", 1)).jobs().getFirst();
        assertThat(now(small.complete(first, done.lease()))).isTrue();

        assertThat(put(small, "queue2", 20_000, "")).isInstanceOf(JobStore.Enqueued.Accepted.class);
    }

    @Test
    void deadJobsDoNotFillTheHeap() {
        JobStore small = new MemoryJobStore(clock, 100_000);
        QueueRule first = QueueRule.of("queue0");
        for (int i = 0; i < 20; i++) {
            assertThat(put(small, "queue0", 20_000, "")).isInstanceOf(JobStore.Enqueued.Accepted.class);
            TakenJob taken = now(small.take(first, "worker", 1)).jobs().getFirst();
            now(small.bury(first, taken.lease(), "410"));
        }

        assertThat(now(small.counts(first)).dead()).isEqualTo(1);
    }

    @Test
    void theOldestEventsAreForgottenWhereThereIsNoMemoryForThem() {
        JobStore small = new MemoryJobStore(clock, 100_000);
        QueueRule first = QueueRule.of("queue0");
        for (int i = 0; i < 100; i++) {
            put(small, "queue0", 1, "event " + i);
            now(small.complete(
                    first, now(small.take(first, "worker", 1)).jobs().getFirst().lease()));
        }

        assertThat(put(small, "queue0", 1, "event 99")).isInstanceOf(JobStore.Enqueued.Duplicate.class);
        assertThat(put(small, "queue0", 1, "event 0")).isInstanceOf(JobStore.Enqueued.Accepted.class);
    }

    @Test
    void aClockThatStepsChangesNoLeaseAndNoDelay() {
        for (Duration step : List.of(Duration.ofDays(-1), Duration.ofDays(1))) {
            TakenJob running = taken(put(Priority.HIGH));
            TakenJob tried = taken(put(Priority.HIGH));
            now(store().retry(queue, tried.lease(), Duration.ofMinutes(1), "502"));

            clock.step(step);

            assertThat(now(store().sweep(queue))).isEqualTo(new JobStore.Found(0, 0, 0));
            assertThat(take(1)).isEmpty();
            assertThat(now(store().complete(queue, running.lease()))).isTrue();
            clock.advance(Duration.ofMinutes(1));
            assertThat(taken(tried.id()).ageMillis()).isBetween(60_000L, 61_000L);
            now(store().clear(queue, false));
        }
    }

    private TakenJob taken(String id) {
        TakenJob taken = takeOne();
        assertThat(taken.id()).isEqualTo(id);
        return taken;
    }
}
