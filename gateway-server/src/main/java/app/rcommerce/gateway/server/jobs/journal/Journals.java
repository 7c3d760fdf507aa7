package app.rcommerce.gateway.server.jobs.journal;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.memory.job.MemoryJobStore;
import app.rcommerce.gateway.store.memory.job.QueueImage;
import app.rcommerce.gateway.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues of a process that keeps them in its memory, with the journals of those that have one. Such a journal stays
 * open until the process ends, also where a reload takes its queue away. Safe for any thread.
 */
public final class Journals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Journals.class);

    private final MemoryJobStore store;
    private final Map<String, FileJournal> journals = new HashMap<>();

    /** Queues without jobs and without journals. */
    public Journals(Clock clock) {
        this.store = new MemoryJobStore(clock);
    }

    /** The queues. */
    public JobStore store() {
        return store;
    }

    /**
     * Opens the journals that the configuration names and that are not open yet, and puts their jobs into the queues.
     *
     * @throws IOException where one cannot be had, naming it; those before it are open
     */
    public synchronized void open(GatewayConfig config) throws IOException {
        if (config.cache().type() != CacheConfig.Type.MEMORY) {
            return;
        }
        for (QueueRule queue : config.queues().values()) {
            String folder = queue.journal();
            if (folder == null) {
                continue;
            }
            Path path = config.files()
                    .getFirst()
                    .toAbsolutePath()
                    .resolveSibling(folder)
                    .resolve(queue.name() + ".journal")
                    .normalize();
            FileJournal known = journals.get(queue.name());
            if (known == null) {
                open(queue, path);
            } else if (!known.path().equals(path)) {
                throw new IOException("queue " + queue.name() + " has the journal " + known.path()
                        + " since it was opened (expected: a restart for " + path + ")");
            }
        }
    }

    private void open(QueueRule queue, Path path) throws IOException {
        FileJournal journal = FileJournal.open(path, JournalWriter.Settings.USUAL);
        Supplier<QueueImage> source;
        try {
            source = store.restore(queue, journal.image(), journal);
        } catch (IllegalArgumentException e) {
            journal.close();
            throw new IOException(e.getMessage(), e);
        }
        journal.start(source);
        journals.put(queue.name(), journal);
        LOG.info(
                "queue {}: {} jobs from the journal {}",
                queue.name(),
                journal.image().jobs().size(),
                path);
    }

    /** Says which queues end with the process. */
    public synchronized void warn(GatewayConfig config) {
        List<String> without = config.queues().keySet().stream()
                .filter(queue -> !journals.containsKey(queue))
                .toList();
        if (config.cache().type() == CacheConfig.Type.MEMORY && !without.isEmpty()) {
            LOG.warn(
                    "queues {} are kept in the memory of this process: what waits in them is lost when it ends (expected: a journal, or cache_type = \"Redis\", where it must not be)",
                    without);
        }
    }

    /** Writes down what has become of jobs last. */
    @Override
    public synchronized void close() {
        journals.values().forEach(FileJournal::close);
    }
}
