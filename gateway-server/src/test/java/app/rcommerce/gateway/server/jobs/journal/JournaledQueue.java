package app.rcommerce.gateway.server.jobs.journal;

import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.store.memory.job.JobImage;
import app.rcommerce.gateway.store.memory.job.MemoryJobStore;
import app.rcommerce.gateway.store.memory.job.QueueImage;
import app.rcommerce.gateway.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A queue in memory with a journal, as a process has it. */
record JournaledQueue(MemoryJobStore store, FileJournal journal, Supplier<QueueImage> source) implements AutoCloseable {

    static QueueRule rule() {
        QueueRule usual = QueueRule.of("webhooks");
        return new QueueRule(
                usual.name(),
                usual.retry(),
                100,
                null,
                10_000,
                1 << 24,
                5,
                Duration.ofMillis(600),
                Duration.ofMillis(300),
                2,
                Duration.ofMinutes(1),
                false,
                List.of(),
                null,
                null);
    }

    static JournaledQueue open(Path path, Clock clock, JournalWriter.Settings settings) throws IOException {
        MemoryJobStore store = new MemoryJobStore(clock);
        FileJournal journal = FileJournal.open(path, settings);
        Supplier<QueueImage> source = store.restore(rule(), journal.image(), journal);
        journal.start(source);
        return new JournaledQueue(store, journal, source);
    }

    /** What a process that is killed now leaves behind. */
    Path killed(Path to) throws IOException {
        journal.written().toCompletableFuture().join();
        return Files.copy(journal.path(), to);
    }

    /** Jobs by id, without the ends of leases, which nobody needs once the process is gone. */
    static Map<String, JobImage> jobs(QueueImage image) {
        Map<String, JobImage> jobs = new LinkedHashMap<>();
        for (JobImage job : image.jobs()) {
            JobImage.Life life = job.life();
            JobImage.Life known = life.state() != JobState.RUNNING
                    ? life
                    : new JobImage.Life(
                            life.state(),
                            life.number(),
                            life.sinceMillis(),
                            life.readyMillis(),
                            0,
                            life.attempts(),
                            life.crashes(),
                            life.why());
            jobs.put(job.id(), job.with(known));
        }
        return jobs;
    }

    @Override
    public void close() {
        journal.close();
    }
}
