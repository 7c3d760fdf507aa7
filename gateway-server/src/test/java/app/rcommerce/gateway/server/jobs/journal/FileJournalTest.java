package app.rcommerce.gateway.server.jobs.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.job.JobRecord;
import app.rcommerce.gateway.job.JobSamples;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.job.JobStore.Enqueued;
import app.rcommerce.gateway.store.memory.job.JobImage;
import app.rcommerce.gateway.store.memory.job.QueueImage.SeenEvent;
import app.rcommerce.gateway.time.HandClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process that is killed leaves in a journal, and what the next one makes of it. */
@Timeout(60)
class FileJournalTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final HandClock clock = new HandClock();
    private final QueueRule rule = JournaledQueue.rule();
    private final JournalWriter.Settings settings = new JournalWriter.Settings(JournalFile::new, 16 << 20, 1);

    @TempDir
    private Path folder;

    private JournaledQueue queue;
    private int kills;

    @BeforeEach
    void open() throws IOException {
        queue = JournaledQueue.open(folder.resolve("webhooks.journal"), clock, settings);
    }

    @AfterEach
    void close() {
        queue.close();
    }

    /** Goes on with what is left of the process when it is killed now. */
    private void kill() throws IOException {
        Path left = queue.killed(folder.resolve("webhooks-" + kills++ + ".journal"));
        queue.close();
        queue = JournaledQueue.open(left, clock, settings);
    }

    private static <T extends @Nullable Object> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private NewJob job(Priority priority, @Nullable String order, NewJob.@Nullable Event event) {
        String id = JobId.next(clock.millis());
        return new NewJob(id, priority, "{\"id\":\"" + id + "\",\"name\":\"Zoë\"}", Duration.ZERO, order, event);
    }

    private NewJob job() {
        return job(Priority.NORMAL, null, null);
    }

    private String put(NewJob job) {
        assertThat(now(queue.store().enqueue(rule, job))).isEqualTo(new Enqueued.Accepted(job.id()));
        return job.id();
    }

    private TakenJob takeOne() {
        List<TakenJob> taken = now(queue.store().take(rule, "worker", 1)).jobs();
        assertThat(taken).hasSize(1);
        return taken.getFirst();
    }

    private JobRecord find(String id) {
        return Objects.requireNonNull(now(queue.store().find(rule, id)), id);
    }

    @Test
    void whatWaitsIsThereAgain() throws IOException {
        NewJob low = job(Priority.LOW, null, null);
        put(low);
        clock.advance(Duration.ofSeconds(1));
        NewJob high = job(Priority.HIGH, null, null);
        put(high);

        kill();

        assertThat(now(queue.store().counts(rule)).bytes()).isEqualTo(low.size() + high.size());
        TakenJob first = takeOne();
        assertThat(first.id()).isEqualTo(high.id());
        assertThat(first.text()).isEqualTo(high.text());
        TakenJob second = takeOne();
        assertThat(second.id()).isEqualTo(low.id());
        assertThat(second.ageMillis()).isEqualTo(1_000);
    }

    @Test
    void whatIsDoneOrTakenBackIsNotThereAgain() throws IOException {
        String done = put(job());
        now(queue.store().complete(rule, takeOne().lease()));
        String cancelled = put(job());
        now(queue.store().cancel(rule, cancelled));

        kill();

        assertThat(JobSamples.live(now(queue.store().counts(rule)))).isZero();
        assertThat(now(queue.store().find(rule, done))).isNull();
        assertThat(now(queue.store().find(rule, cancelled))).isNull();
    }

    @Test
    void attemptsAndTheTimeOfTheNextOneAreThereAgain() throws IOException {
        String id = put(job());
        now(queue.store().retry(rule, takeOne().lease(), HOUR, "502"));
        JobRecord before = find(id);

        kill();

        assertThat(find(id)).isEqualTo(before);
        assertThat(before.state()).isEqualTo(JobState.SCHEDULED);
        assertThat(before.attempts()).isEqualTo(1);
        clock.advance(HOUR);
        assertThat(takeOne().id()).isEqualTo(id);
    }

    @Test
    void whatWasGivenBackCountsNoDeath() throws IOException {
        String id = put(job());
        now(queue.store().release(rule, takeOne().lease(), Duration.ZERO, "away"));

        kill();

        assertThat(find(id).crashes()).isZero();
        assertThat(takeOne().id()).isEqualTo(id);
    }

    @Test
    void aJobThatKillsTheProcessIsGivenUp() throws IOException {
        String id = put(job(Priority.NORMAL, "order 1", null));
        String behind = put(job(Priority.NORMAL, "order 1", null));
        for (int i = 1; i <= rule.maxCrashes(); i++) {
            assertThat(takeOne().id()).isEqualTo(id);
            kill();
            assertThat(find(id).state()).isEqualTo(JobState.READY);
            assertThat(find(id).crashes()).isEqualTo(i);
            assertThat(find(id).attempts()).isZero();
        }
        takeOne();

        kill();

        assertThat(find(id).state()).isEqualTo(JobState.DEAD);
        assertThat(takeOne().id()).as("it holds up no others").isEqualTo(behind);
        kill();
        assertThat(find(id).state()).as("for good").isEqualTo(JobState.DEAD);
    }

    @Test
    void deadJobsAreThereAgainAndCanBeRevived() throws IOException {
        NewJob job = job();
        put(job);
        now(queue.store().bury(rule, takeOne().lease(), "410"));
        JobRecord before = find(job.id());

        kill();

        assertThat(find(job.id())).isEqualTo(before);
        assertThat(before.state()).isEqualTo(JobState.DEAD);
        assertThat(now(queue.store().revive(rule, job.id(), Duration.ZERO))).isTrue();
        kill();
        TakenJob taken = takeOne();
        assertThat(taken.text()).isEqualTo(job.text());
        assertThat(taken.attempts()).isZero();
    }

    @Test
    void deadJobsThatWereTooManyAreNotThereAgain() throws IOException {
        for (int i = 0; i < rule.maxDead() + 2; i++) {
            put(job());
            now(queue.store().bury(rule, takeOne().lease(), "410"));
        }

        kill();

        assertThat(now(queue.store().counts(rule)).dead()).isEqualTo(rule.maxDead());
    }

    @Test
    void ordersStandAsTheyStood() throws IOException {
        String first = put(job(Priority.NORMAL, "order 1", null));
        String second = put(job(Priority.NORMAL, "order 1", null));
        String third = put(job(Priority.NORMAL, "order 1", null));
        now(queue.store().bury(rule, takeOne().lease(), "410"));
        now(queue.store().revive(rule, first, Duration.ZERO));

        List<String> got = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            kill();
            assertThat(now(queue.store().counts(rule)).waiting()).isEqualTo(2 - i);
            TakenJob one = takeOne();
            got.add(one.id());
            now(queue.store().complete(rule, one.lease()));
        }

        assertThat(got).as("one that is revived stands behind the others").containsExactly(second, third, first);
    }

    @Test
    void eventsAreRemembered() throws IOException {
        NewJob.Event event = new NewJob.Event("evt 1", HOUR);
        String id = put(job(Priority.NORMAL, null, event));
        now(queue.store().complete(rule, takeOne().lease()));

        kill();

        assertThat(now(queue.store().enqueue(rule, job(Priority.NORMAL, null, event))))
                .isEqualTo(new Enqueued.Duplicate(id));
        clock.advance(HOUR);
        kill();
        put(job(Priority.NORMAL, null, event));
    }

    @Test
    void aQueueThatIsHeldStaysHeld() throws IOException {
        put(job());
        now(queue.store().pause(rule, true));

        kill();

        assertThat(now(queue.store().take(rule, "worker", 1)).isPaused()).isTrue();
        now(queue.store().pause(rule, false));
        kill();
        takeOne();
    }

    @Test
    void aCloseWritesAllThatWasTold() throws IOException {
        for (int i = 0; i < 100; i++) {
            put(job());
        }
        List<TakenJob> taken = now(queue.store().take(rule, "worker", 100)).jobs();
        taken.forEach(job -> now(queue.store().complete(rule, job.lease())));

        queue.close();
        queue = JournaledQueue.open(queue.journal().path(), clock, settings);

        assertThat(JobSamples.live(now(queue.store().counts(rule)))).isZero();
    }

    @Test
    void aLastRecordThatIsTornIsCutOffWhereverThatIs() throws IOException {
        List<String> whole = List.of(put(job()), put(job()), put(job()));
        Path path = queue.journal().path();
        int good = (int) Files.size(path);
        put(job());
        byte[] all = Files.readAllBytes(path);
        assertThat(all.length).isGreaterThan(good + 50);

        for (int cut = good; cut < all.length; cut++) {
            assertOpens(Arrays.copyOf(all, cut), good, whole);
            // A file system may have made it longer before the content was there.
            byte[] zeros = Arrays.copyOf(Arrays.copyOf(all, cut), all.length + 100);
            // The last bytes of a record are zeros themselves.
            if (!Arrays.equals(zeros, 0, all.length, all, 0, all.length)) {
                assertOpens(zeros, good, whole);
            }
        }
    }

    private void assertOpens(byte[] content, int good, List<String> ids) throws IOException {
        Path torn = Files.write(folder.resolve("torn.journal"), content);
        try (FileJournal journal = FileJournal.open(torn, settings)) {
            assertThat(journal.image().jobs()).extracting(one -> one.id()).containsExactlyElementsOf(ids);
            assertThat(Files.size(torn)).isEqualTo(good);
        }
    }

    @Test
    void aFileOfWhichNotEvenTheBeginningIsThereIsANewOne() throws IOException {
        for (int i = 0; i < Frames.HEADER_BYTES; i++) {
            assertOpens(Arrays.copyOf(Frames.header().array(), i), Frames.HEADER_BYTES, List.of());
        }
    }

    @Test
    void aBitThatHasFlippedInTheMiddleStopsTheStart() throws IOException {
        put(job());
        int from = (int) Files.size(queue.journal().path());
        put(job());
        int until = (int) Files.size(queue.journal().path());
        put(job());
        byte[] all = Files.readAllBytes(queue.journal().path());

        for (int i = from; i < until; i++) {
            byte[] spoiled = all.clone();
            spoiled[i] ^= (byte) (1 << (i % 8));
            Path path = Files.write(folder.resolve("spoiled.journal"), spoiled);

            assertThatThrownBy(() -> FileJournal.open(path, settings))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("what stands at byte " + from + " is spoiled")
                    .hasMessageContaining("there is more at byte " + until);
            assertThat(Files.readAllBytes(path)).as("untouched").isEqualTo(spoiled);
        }
    }

    @Test
    void anotherFileIsNotTakenForAJournal() throws IOException {
        Path path = Files.writeString(folder.resolve("notes.journal"), "buy milk", UTF_8);

        assertThatThrownBy(() -> FileJournal.open(path, settings))
                .isInstanceOf(IOException.class)
                .hasMessage("the journal " + path + ": is none (expected: a file that a gateway has written, or none)");
        assertThat(path).hasContent("buy milk");
    }

    @Test
    void aJournalIsOneProcesssAlone() throws IOException {
        Path path = queue.journal().path();

        assertThatThrownBy(() -> FileJournal.open(path, settings))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path + ": another process has it open");

        queue.close();
        queue = JournaledQueue.open(path, clock, settings);
    }

    @Test
    void nobodyElseMayReadIt() throws IOException {
        Path path = folder.resolve("deep/er/webhooks.journal");
        try (FileJournal journal = FileJournal.open(path, settings)) {
            assertThat(journal.image().jobs()).isEmpty();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("deep/er"))))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void aJobIsAcceptedOnceItIsOnTheDisk() throws Exception {
        Semaphore forces = new Semaphore(0);
        Semaphore mayForce = new Semaphore(1);
        Path path = folder.resolve("slow.journal");
        JournalFile.Opener slow = opened -> new JournalFile(opened) {
            @Override
            void force() throws IOException {
                forces.release();
                mayForce.acquireUninterruptibly();
                super.force();
            }
        };
        try (JournaledQueue disk = JournaledQueue.open(path, clock, new JournalWriter.Settings(slow, 16 << 20, 1))) {
            forces.acquire();
            NewJob.Event event = new NewJob.Event("evt 1", HOUR);
            NewJob job = job(Priority.NORMAL, null, event);
            CompletableFuture<Enqueued> first = disk.store().enqueue(rule, job).toCompletableFuture();
            forces.acquire();
            CompletableFuture<Enqueued> same = disk.store()
                    .enqueue(rule, job(Priority.NORMAL, null, event))
                    .toCompletableFuture();
            CompletableFuture<Enqueued> second =
                    disk.store().enqueue(rule, job()).toCompletableFuture();
            assertThat(first).isNotDone();
            assertThat(same).as("it is not there yet either").isNotDone();

            mayForce.release();
            assertThat(first.join()).isEqualTo(new Enqueued.Accepted(job.id()));
            assertThat(same.join()).isEqualTo(new Enqueued.Duplicate(job.id()));
            forces.acquire();
            assertThat(second).as("its batch is another one").isNotDone();
            mayForce.release(1_000);
            second.join();
        }
    }

    /** Whatever the disk has been told when the process ends. */
    @Test
    void noEventIsOnTheDiskWithoutItsJob() throws Exception {
        Path path = folder.resolve("halves.journal");
        Path seen = folder.resolve("seen.journal");
        List<byte[]> states = new CopyOnWriteArrayList<>();
        JournalFile.Opener watched = opened -> new JournalFile(opened) {
            @Override
            void force() throws IOException {
                super.force();
                states.add(Files.readAllBytes(path));
            }
        };
        List<NewJob> jobs = new ArrayList<>();
        try (JournaledQueue disk = JournaledQueue.open(path, clock, new JournalWriter.Settings(watched, 16 << 20, 1))) {
            for (int i = 0; i < 100; i++) {
                NewJob job = job(Priority.NORMAL, null, new NewJob.Event("evt " + i, HOUR));
                jobs.add(job);
                now(disk.store().enqueue(rule, job));
            }
        }
        for (byte[] state : states) {
            Files.write(seen, state);
            try (FileJournal journal = FileJournal.open(seen, settings)) {
                Set<String> ids =
                        journal.image().jobs().stream().map(JobImage::id).collect(Collectors.toSet());
                assertThat(ids)
                        .containsAll(journal.image().events().stream()
                                .map(SeenEvent::id)
                                .toList());
            }
        }
        assertThat(states.size()).isGreaterThanOrEqualTo(100);
    }

    @Test
    void aJobIsGivenToAWorkerOnceThatIsOnTheDisk() throws Exception {
        Semaphore mayForce = new Semaphore(2);
        JournalFile.Opener slow = opened -> new JournalFile(opened) {
            @Override
            void force() throws IOException {
                mayForce.acquireUninterruptibly();
                super.force();
            }
        };
        Path path = folder.resolve("slow.journal");
        try (JournaledQueue disk = JournaledQueue.open(path, clock, new JournalWriter.Settings(slow, 16 << 20, 1))) {
            now(disk.store().enqueue(rule, job()));

            CompletableFuture<JobStore.Taken> taken =
                    disk.store().take(rule, "worker", 1).toCompletableFuture();

            assertThat(taken).isNotDone();
            mayForce.release(1_000);
            assertThat(taken.join().jobs()).hasSize(1);
        }
    }

    /** A disk that takes half of what is written and then no more, or does not keep it. */
    private JournalFile.Opener disk(AtomicBoolean isFull, AtomicBoolean isBroken) {
        return opened -> new JournalFile(opened) {
            @Override
            void append(ByteBuffer bytes) throws IOException {
                if (isFull.get()) {
                    super.append(bytes.slice(0, bytes.remaining() / 2));
                    throw new IOException("No space left on device");
                }
                super.append(bytes);
            }

            @Override
            void force() throws IOException {
                if (isBroken.get()) {
                    throw new IOException("Input/output error");
                }
                super.force();
            }
        };
    }

    private static void assertRefused(JobStore store, QueueRule rule, NewJob job) {
        assertThatThrownBy(() -> now(store.enqueue(rule, job))).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void aDiskThatFailsTakesNoJobsUntilItWorksAgain() throws IOException {
        AtomicBoolean isFull = new AtomicBoolean();
        AtomicBoolean isBroken = new AtomicBoolean();
        Path path = folder.resolve("failing.journal");
        JournalWriter.Settings failing = new JournalWriter.Settings(disk(isFull, isBroken), 16 << 20, 1);
        try (JournaledQueue disk = JournaledQueue.open(path, clock, failing)) {
            for (AtomicBoolean failure : List.of(isFull, isBroken)) {
                NewJob before = job();
                now(disk.store().enqueue(rule, before));
                failure.set(true);
                NewJob first = job();
                assertRefused(disk.store(), rule, first);
                NewJob next = job();
                assertRefused(disk.store(), rule, next);
                assertThat(now(disk.store().find(rule, next.id())))
                        .as("it is not in the queue either")
                        .isNull();
                TakenJob taken =
                        now(disk.store().take(rule, "worker", 1)).jobs().getFirst();
                now(disk.store().complete(rule, taken.lease()));

                failure.set(false);
                Awaitility.await().until(() -> !disk.journal().isFailing());

                NewJob after = job();
                now(disk.store().enqueue(rule, after));
                Path left = disk.killed(folder.resolve("left-" + kills++ + ".journal"));
                try (FileJournal journal = FileJournal.open(left, settings)) {
                    assertThat(JournaledQueue.jobs(journal.image()))
                            .isEqualTo(JournaledQueue.jobs(disk.source().get()))
                            .containsKey(after.id())
                            .doesNotContainKeys(taken.id(), next.id());
                }
            }
        }
    }
}
