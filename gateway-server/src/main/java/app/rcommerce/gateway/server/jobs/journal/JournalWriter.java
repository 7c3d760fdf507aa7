package app.rcommerce.gateway.server.jobs.journal;

import app.rcommerce.gateway.store.memory.job.QueueImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is pending into a journal's file, a batch at a time, and has the file made anew once most of it tells of
 * jobs that are gone. What cannot be written is tried again. Runs on a thread of its own, which it confines itself to.
 */
final class JournalWriter implements Runnable {

    /**
     * How it goes about.
     *
     * @param opener what opens files
     * @param smallBytes a file of so many bytes is not made anew
     * @param retryMillis how long it waits after a failure
     */
    record Settings(JournalFile.Opener opener, long smallBytes, long retryMillis) {
        static final Settings USUAL = new Settings(JournalFile::new, 16 << 20, 1_000);
    }

    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

    private final Path path;
    private final PendingEntries pending;
    private final Supplier<QueueImage> source;
    private final Settings settings;
    private JournalFile file;
    /** How much of the file is on the disk; nothing before is ever cut off. */
    private volatile long forced;
    /** How large the file was when it was last made anew. */
    private long fresh;
    /** How large it has to be for the next try, after one has failed. */
    private long notBefore;

    private @Nullable Compaction compaction;
    private boolean isSpoiled;
    private boolean isFolderUnforced;
    private boolean isTold;

    /** A writer that goes on behind what is in the file, all of which is on the disk. */
    JournalWriter(Path path, JournalFile file, PendingEntries pending, Supplier<QueueImage> source, Settings settings) {
        this.path = path;
        this.file = file;
        this.forced = file.size();
        this.pending = pending;
        this.source = source;
        this.settings = settings;
    }

    /** Where the new file of a journal is made. */
    static Path freshOf(Path path) {
        return path.resolveSibling(path.getFileName() + ".new");
    }

    @Override
    public void run() {
        try {
            for (PendingEntries.Batch batch = pending.take(); batch != null; batch = pending.take()) {
                boolean wasClosed = pending.isClosed();
                if (!write(batch)) {
                    if (wasClosed) {
                        LOG.error("{}: what has become of jobs last is not written down", path);
                        break;
                    }
                    Thread.sleep(settings.retryMillis());
                    continue;
                }
                compact();
            }
            if (compaction != null) {
                compaction.cancel();
            }
            file.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("{}: {}", path, e.toString());
        }
    }

    private boolean write(PendingEntries.Batch batch) {
        try {
            commit(batch.entries().values().iterator());
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            isSpoiled = true;
            if (!isTold) {
                LOG.error("{}: cannot be written, and its queue takes no jobs: {}", path, e.toString());
            }
            isTold = true;
            pending.failed(batch);
            return false;
        }
        if (isTold) {
            LOG.info("{}: is written again", path);
        }
        isTold = false;
        pending.written(batch);
        return true;
    }

    private void commit(Iterator<Entry> entries) throws IOException {
        if (isFolderUnforced) {
            JournalFile.forceFolder(folder());
            isFolderUnforced = false;
        }
        if (isSpoiled) {
            file.truncate(forced);
            isSpoiled = false;
        }
        while (entries.hasNext()) {
            file.append(EntryFrames.next(entries));
            // Before there is another one: a crash can spoil what is not on the disk, in any order.
            file.force();
            forced = file.size();
        }
    }

    private Path folder() {
        return JournalFile.folderOf(path);
    }

    private void compact() {
        Compaction running = compaction;
        try {
            if (running != null && running.isDone()) {
                compaction = null;
                use(running.finish());
            } else if (running == null && forced > settings.smallBytes() && forced > 2 * fresh && forced >= notBefore) {
                compaction = new Compaction(
                        freshOf(path), file, () -> forced, settings.opener(), source.get(), pending::nudge);
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.warn("{}: cannot be made smaller: {}", path, e.toString());
            notBefore = forced + Math.max(settings.smallBytes(), forced / 2);
        }
    }

    private void use(JournalFile made) throws IOException {
        try {
            JournalFile.replace(freshOf(path), path);
        } catch (IOException e) {
            made.close();
            Files.deleteIfExists(freshOf(path));
            throw e;
        }
        JournalFile old = file;
        file = made;
        forced = made.size();
        fresh = forced;
        notBefore = 0;
        isFolderUnforced = true;
        old.close();
    }
}
