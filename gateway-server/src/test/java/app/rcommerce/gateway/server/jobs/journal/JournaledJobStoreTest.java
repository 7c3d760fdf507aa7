package app.rcommerce.gateway.server.jobs.journal;

import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.job.JobStoreContract;
import app.rcommerce.gateway.store.memory.job.MemoryJobStore;
import app.rcommerce.gateway.time.HandClock;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A queue with a journal does what others do. */
@Timeout(60)
class JournaledJobStoreTest extends JobStoreContract {

    @TempDir
    private Path folder;

    private final HandClock clock = new HandClock();
    private final MemoryJobStore store = new MemoryJobStore(clock);
    private FileJournal journal;

    @BeforeEach
    void open() throws IOException {
        journal = FileJournal.open(
                folder.resolve("webhooks.journal"), new JournalWriter.Settings(JournalFile::new, 1 << 12, 10));
        journal.start(store.restore(queue, journal.image(), journal));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Override
    protected JobStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }
}
