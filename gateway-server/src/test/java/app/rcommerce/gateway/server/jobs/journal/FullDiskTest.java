package app.rcommerce.gateway.server.jobs.journal;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.job.JobSamples;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.job.JobStore.Enqueued;
import app.rcommerce.gateway.store.memory.job.JobImage;
import app.rcommerce.gateway.time.HandClock;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A journal far smaller than one that is made anew by itself, on a disk that is full of it. */
@Timeout(60)
class FullDiskTest {

    private final HandClock clock = new HandClock();
    private final QueueRule rule = JournaledQueue.rule();
    private final Disk disk = new Disk();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(JournalWriter.class);

    @TempDir
    private Path folder;

    private Path path;
    private JournaledQueue queue;
    private int kills;

    /** A disk of so many bytes, on which a write that finds too little room is written in part. */
    private final class Disk implements JournalFile.Opener {

        private volatile long bytes = Long.MAX_VALUE;
        /** How often a file was begun beside the journal, and how often the journal's could not be written. */
        private final AtomicInteger begun = new AtomicInteger();

        private final AtomicInteger failed = new AtomicInteger();
        /** Done before anything is done to a file, as a process may be killed then. */
        private volatile Runnable before = () -> {};

        @Override
        public JournalFile open(Path opened) throws IOException {
            boolean isBeside = opened.equals(JournalWriter.freshOf(path));
            if (isBeside) {
                begun.incrementAndGet();
            }
            return new JournalFile(opened) {
                @Override
                void append(ByteBuffer written) throws IOException {
                    before.run();
                    long room = Math.max(0, bytes - used());
                    if (written.remaining() > room) {
                        super.append(written.slice(0, (int) room));
                        if (!isBeside) {
                            failed.incrementAndGet();
                        }
                        throw new IOException("No space left on device");
                    }
                    super.append(written);
                }

                @Override
                void truncate(long size) throws IOException {
                    before.run();
                    super.truncate(size);
                }

                @Override
                void force() throws IOException {
                    before.run();
                    super.force();
                }
            };
        }

        long used() throws IOException {
            long used = 0;
            for (Path file : List.of(path, JournalWriter.freshOf(path))) {
                try {
                    used += Files.size(file);
                } catch (NoSuchFileException e) {
                    // It has just been removed, or given the other's name.
                }
            }
            return used;
        }
    }

    @BeforeEach
    void open() throws IOException {
        logged.start();
        logger.addAppender(logged);
        path = folder.resolve("webhooks.journal");
        queue = JournaledQueue.open(path, clock, new JournalWriter.Settings(disk, 16 << 20, 1));
    }

    @AfterEach
    void close() {
        disk.before = () -> {};
        queue.close();
        logger.detachAppender(logged);
    }

    private static <T extends @Nullable Object> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private NewJob job(int size) {
        return JobSamples.plain(JobId.next(clock.millis()), Priority.NORMAL, "x".repeat(size));
    }

    private boolean isAccepted(NewJob job) {
        try {
            return now(queue.store().enqueue(rule, job)) instanceof Enqueued.Accepted;
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(StoreUnavailable.class);
            return false;
        }
    }

    private void put(NewJob job) {
        assertThat(isAccepted(job)).isTrue();
    }

    private void workOffAllBut(int left) {
        List<TakenJob> taken = now(queue.store().take(rule, "worker", 100)).jobs();
        taken.subList(left, taken.size()).forEach(job -> now(queue.store().complete(rule, job.lease())));
    }

    private void awaitWritten() {
        Awaitility.await().until(() -> !queue.journal().isFailing());
    }

    /** What is found by who begins with what a process leaves that is killed now. */
    private void assertLeftAsItStands() throws IOException {
        Path left = queue.killed(folder.resolve("left-" + kills++));
        try (FileJournal journal = FileJournal.open(left, new JournalWriter.Settings(JournalFile::new, 16 << 20, 1))) {
            assertThat(JournaledQueue.jobs(journal.image()))
                    .isEqualTo(JournaledQueue.jobs(queue.source().get()));
            assertThat(journal.image().events()).isEqualTo(queue.source().get().events());
            assertThat(journal.image().isPaused())
                    .isEqualTo(queue.source().get().isPaused());
        }
    }

    private List<String> lines() {
        return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void thatJobsAreGoneIsWrittenWithoutTheJobsForWhichThereIsNoRoom() throws IOException {
        disk.bytes = 3_000;
        put(job(2_000));
        NewJob next = job(2_000);
        assertThat(isAccepted(next)).isFalse();

        workOffAllBut(1);

        awaitWritten();
        assertThat(disk.begun).as("the job that is left is most of it").hasValue(0);
        assertLeftAsItStands();
    }

    @Test
    void aQueueThatIsWorkedOffTakesJobsAgainWithoutAClientsNoticing() throws IOException {
        disk.bytes = 10_000;
        for (int i = 0; i < 100; i++) {
            put(job(1_000));
            workOffAllBut(0);
        }
        assertThat(disk.failed).hasPositiveValue();
        assertThat(lines()).isEmpty();
        assertLeftAsItStands();
    }

    /** Not even that its jobs are gone can be written, and no file beside it. */
    @Test
    void withoutJobsTheFileIsMadeAnewInItsPlace() throws IOException {
        now(queue.store()
                .enqueue(
                        rule,
                        new NewJob(
                                JobId.next(clock.millis()),
                                Priority.NORMAL,
                                "{}",
                                Duration.ZERO,
                                null,
                                new NewJob.Event("evt 1", Duration.ofHours(1)))));
        for (int i = 0; i < 4; i++) {
            put(job(2_000));
        }
        List<TakenJob> taken = now(queue.store().take(rule, "worker", 100)).jobs();
        now(queue.store().pause(rule, true));
        now(queue.journal().written());
        disk.bytes = disk.used();

        taken.forEach(job -> now(queue.store().complete(rule, job.lease())));

        awaitWritten();
        Awaitility.await().untilAsserted(() -> assertThat(Files.size(path)).isLessThan(1_000));
        assertThat(queue.source().get().events()).hasSize(1);
        assertLeftAsItStands();
        put(job(2_000));
        assertLeftAsItStands();
    }

    /** What waits is told once more in the room of what is gone, and no job is lost where there is none. */
    @Test
    void aJobThatIsLeftIsKeptUntilTheDiskHasRoomAgain() throws IOException {
        for (int i = 0; i < 5; i++) {
            put(job(2_000));
        }
        now(queue.journal().written());
        disk.bytes = disk.used();

        workOffAllBut(1);
        Awaitility.await().until(() -> disk.failed.get() > 50);

        assertThat(isAccepted(job(10))).isFalse();
        Path left = Files.copy(path, folder.resolve("left-full"));
        try (FileJournal journal = FileJournal.open(left, new JournalWriter.Settings(JournalFile::new, 16 << 20, 1))) {
            assertThat(journal.image().jobs())
                    .extracting(JobImage::id)
                    .containsAll(JournaledQueue.jobs(queue.source().get()).keySet());
        }
        assertThat(disk.begun.get())
                .as("tries to make it anew, of %d", disk.failed.get())
                .isPositive()
                .isLessThan(5 + disk.failed.get() / (JournalWriter.ROUNDS_TO_A_TRY - 1));
        assertThat(lines()).hasSize(1);
        assertThat(lines().getFirst()).contains("webhooks.journal: cannot be written", "No space left on device");

        disk.bytes += 5_000;

        awaitWritten();
        put(job(2_000));
        assertThat(lines()).hasSize(2);
        assertThat(lines().getLast()).endsWith("webhooks.journal: is written again");
        assertLeftAsItStands();
    }

    /** At whatever moment the process is killed, while its disk is full now and then. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatWasAcceptedIsThereWheneverTheProcessIsKilled(long seed) throws IOException {
        Random random = new Random(seed);
        Set<String> must = ConcurrentHashMap.newKeySet();
        List<Set<String>> expected = new ArrayList<>();
        List<byte[]> left = new ArrayList<>();
        disk.before = () -> {
            Set<String> then = Set.copyOf(must);
            byte[] file = bytes();
            synchronized (left) {
                expected.add(then);
                left.add(file);
            }
        };
        int refused = 0;
        disk.bytes = 5_000;
        // Whether a file is made anew within so many is a matter of how the journal's thread comes along.
        for (int i = 0; i < 400 || (disk.begun.get() == 0 && i < 10_000); i++) {
            NewJob job = job(random.nextInt(900));
            if (isAccepted(job)) {
                must.add(job.id());
            } else {
                refused++;
            }
            if (random.nextInt(4) == 0) {
                disk.bytes = Math.max(disk.used(), 5_000);
                List<TakenJob> taken =
                        now(queue.store().take(rule, "worker", 100)).jobs();
                int kept = random.nextInt(2) * random.nextInt(taken.size() + 1);
                for (int t = 0; t < taken.size(); t++) {
                    if (t < kept) {
                        now(queue.store().release(rule, taken.get(t).lease(), Duration.ZERO, ""));
                    } else {
                        must.remove(taken.get(t).id());
                        now(queue.store().complete(rule, taken.get(t).lease()));
                    }
                }
            }
        }
        disk.before = () -> {};
        assertThat(refused).as("503").isPositive();
        assertThat(disk.begun).as("files made beside it").hasPositiveValue();
        Path killed = folder.resolve("killed");
        for (int i = 0; i < left.size(); i++) {
            Files.write(killed, left.get(i));
            try (FileJournal journal =
                    FileJournal.open(killed, new JournalWriter.Settings(JournalFile::new, 16 << 20, 1))) {
                Set<String> ids = journal.image().jobs().stream()
                        .map(JobImage::id)
                        .collect(Collectors.toCollection(HashSet::new));
                assertThat(ids).as("moment %d of seed %d", i, seed).containsAll(expected.get(i));
            }
        }
    }

    private byte[] bytes() {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
