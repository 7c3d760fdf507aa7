package app.rcommerce.gateway.server.jobs.journal;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.job.JobSamples;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.job.JobStore.Query;
import app.rcommerce.gateway.store.memory.job.JobImage;
import app.rcommerce.gateway.time.HandClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Journals that are made anew while jobs come and go. */
@Timeout(120)
class JournalCompactionTest {

    private static final int SMALL = 3_000;

    private final HandClock clock = new HandClock();
    private final QueueRule rule = JournaledQueue.rule();
    /** How many files have been opened under the name of a new one. */
    private final AtomicInteger made = new AtomicInteger();

    private final JournalWriter.Settings settings = new JournalWriter.Settings(
            path -> {
                if (path.toString().endsWith(".new")) {
                    made.incrementAndGet();
                }
                return new JournalFile(path);
            },
            SMALL,
            1);

    @TempDir
    private Path folder;

    private static <T extends @Nullable Object> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private NewJob job(Random random) {
        String id = JobId.next(clock.millis());
        Priority priority = Priority.values()[random.nextInt(3)];
        return new NewJob(
                id,
                priority,
                "{\"id\":\"" + id + "\",\"text\":\"" + "x".repeat(random.nextInt(200)) + "\"}",
                random.nextInt(5) == 0 ? Duration.ofSeconds(random.nextInt(20)) : Duration.ZERO,
                random.nextInt(3) == 0 ? "order " + random.nextInt(3) : null,
                random.nextInt(3) == 0
                        ? new NewJob.Event("evt " + random.nextInt(50), Duration.ofSeconds(random.nextInt(60)))
                        : null);
    }

    /** One thing that may become of a queue. */
    private void step(JobStore store, Random random) {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> now(store.enqueue(rule, job(random)));
            case 3, 4, 5 -> {
                List<TakenJob> taken =
                        now(store.take(rule, "worker", random.nextInt(4))).jobs();
                for (TakenJob job : taken) {
                    switch (random.nextInt(5)) {
                        case 0 -> now(store.retry(rule, job.lease(), Duration.ofSeconds(random.nextInt(9)), "502"));
                        case 1 -> now(store.release(rule, job.lease(), Duration.ofSeconds(random.nextInt(2)), "away"));
                        case 2 -> now(store.bury(rule, job.lease(), "410"));
                        case 3 -> now(store.complete(rule, job.lease()));
                        default ->
                            assertThat(now(store.renew(rule, List.of(job.lease()))))
                                    .containsExactly(true);
                    }
                }
            }
            case 6 -> {
                clock.advance(Duration.ofMillis(random.nextInt(3_000)));
                now(store.sweep(rule));
            }
            case 7 -> some(store, random, JobState.DEAD, id -> store.revive(rule, id, Duration.ZERO));
            case 8 ->
                some(
                        store,
                        random,
                        random.nextBoolean() ? JobState.WAITING : JobState.SCHEDULED,
                        id -> store.cancel(rule, id));
            default -> now(store.pause(rule, random.nextInt(4) == 0));
        }
    }

    private void some(
            JobStore store,
            Random random,
            JobState state,
            java.util.function.Function<String, CompletionStage<?>> what) {
        now(store.list(rule, new Query(state, 0, 10, null))).jobs().stream()
                .filter(job -> random.nextBoolean())
                .forEach(job -> what.apply(job.id()).toCompletableFuture().join());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverBecomesOfAQueueItsJournalHasIt(long seed) throws IOException {
        Random random = new Random(seed);
        JournaledQueue queue = JournaledQueue.open(folder.resolve("0.journal"), clock, settings);
        try {
            for (int i = 1; i <= 800; i++) {
                step(queue.store(), random);
                if (random.nextInt(25) != 0) {
                    continue;
                }
                Path left = queue.killed(folder.resolve(i + ".journal"));
                queue.close();
                try (FileJournal journal = FileJournal.open(left, settings)) {
                    assertThat(JournaledQueue.jobs(journal.image()))
                            .as("step %d of seed %d", i, seed)
                            .isEqualTo(JournaledQueue.jobs(queue.source().get()));
                    assertThat(journal.image().isPaused())
                            .isEqualTo(queue.source().get().isPaused());
                    assertThat(journal.image().events())
                            .containsAll(queue.source().get().events());
                }
                queue = JournaledQueue.open(left, clock, settings);
            }
        } finally {
            queue.close();
        }
        assertThat(made).as("files made anew").hasPositiveValue();
    }

    /** Those that are killed at any time, and not only when all is written, have what they have accepted. */
    @Test
    void whatWasAcceptedIsThereWheneverTheProcessIsKilled() throws Exception {
        JournaledQueue queue = JournaledQueue.open(folder.resolve("busy.journal"), clock, settings);
        Queue<String> accepted = new ConcurrentLinkedQueue<>();
        AtomicBoolean isOver = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        try (queue) {
            for (int t = 0; t < 3; t++) {
                int seed = t;
                threads.add(Thread.ofPlatform().start(() -> {
                    Random random = new Random(seed);
                    for (int i = 0; i < 3_000 && !isOver.get(); i++) {
                        NewJob plain = job(random);
                        NewJob job = JobSamples.plain(plain.id(), plain.priority(), plain.text());
                        now(queue.store().enqueue(rule, job));
                        if (random.nextInt(10) == 0) {
                            accepted.add(job.id());
                        } else {
                            now(queue.store().cancel(rule, job.id()));
                        }
                    }
                }));
            }
            for (int i = 0; i < 25; i++) {
                int had = made.get();
                // Some of the copies while one is made anew, and some just then.
                Awaitility.await()
                        .until(() -> made.get() > had || threads.stream().noneMatch(Thread::isAlive));
                Set<String> must = Set.copyOf(accepted);
                Path left = Files.copy(queue.journal().path(), folder.resolve("left-" + i + ".journal"));
                try (FileJournal journal =
                        FileJournal.open(left, new JournalWriter.Settings(JournalFile::new, SMALL, 1))) {
                    assertThat(journal.image().jobs()).extracting(JobImage::id).containsAll(must);
                }
                Files.delete(left);
            }
            isOver.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(made).hasPositiveValue();
    }

    @Test
    void aJournalIsNoLargerThanWhatIsInItsQueueMakesIt() throws IOException {
        Path path = folder.resolve("small.journal");
        try (JournaledQueue queue = JournaledQueue.open(path, clock, settings)) {
            Random random = new Random(1);
            for (int i = 0; i < 300; i++) {
                NewJob job =
                        JobSamples.plain(JobId.next(clock.millis()), Priority.HIGH, "x".repeat(random.nextInt(100)));
                now(queue.store().enqueue(rule, job));
                now(queue.store()
                        .complete(
                                rule,
                                now(queue.store().take(rule, "worker", 1))
                                        .jobs()
                                        .getFirst()
                                        .lease()));
            }
            Awaitility.await().untilAsserted(() -> {
                now(queue.store().pause(rule, false));
                assertThat(Files.size(path)).isLessThan(4L * SMALL);
            });
        }
        assertThat(Files.exists(JournalWriter.freshOf(path))).isFalse();
    }
}
