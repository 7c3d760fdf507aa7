package app.rcommerce.gateway.server.jobs.journal;

import app.rcommerce.gateway.store.memory.job.QueueImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is pending into a journal's file, a batch at a time, and has the file made anew once most of it tells of
 * jobs that are gone. What cannot be written is tried again, now and then with a file made anew, which takes less of
 * the disk. Runs on a thread of its own, which it confines itself to.
 */
final class JournalWriter implements Runnable {

    /**
     * How it goes about.
     *
     * @param opener what opens files
     * @param smallBytes a file of so many bytes is not made anew while it can be written
     * @param retryMillis how long it waits after a failure, and until it looks once more whether the file can be
     *     smaller
     */
    record Settings(JournalFile.Opener opener, long smallBytes, long retryMillis) {
        static final Settings USUAL = new Settings(JournalFile::new, 16 << 20, 1_000);
    }

    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    /** Of so many rounds one is a try to make the file anew, and of the first ones more. */
    static final int ROUNDS_TO_A_TRY = 8;

    private final Path path;
    private final PendingEntries pending;
    private final Supplier<QueueImage> source;
    private final Settings settings;
    private JournalFile file;
    /** How much of the file is on the disk; nothing before is cut off while the queue has a job that was accepted. */
    private volatile long forced;
    /** How large the file was when it was last made anew. */
    private long fresh;
    /** How large it has to be for the next try, after one has failed. */
    private long notBefore;

    private @Nullable Compaction compaction;
    private boolean isSpoiled;
    private boolean isFolderUnforced;
    private boolean isTold;
    /**
     * Whether a batch could not be written since the file was made anew last; it is worth while then to have it
     * smaller.
     */
    private boolean isShort;
    /** How many batches have failed in a row, and how often there was nothing to write since. */
    private int rounds;

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
            for (PendingEntries.Batch batch = take(); batch != null; batch = take()) {
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

    private PendingEntries.@Nullable Batch take() throws InterruptedException {
        return pending.take(isShort ? settings.retryMillis() : Long.MAX_VALUE);
    }

    private boolean write(PendingEntries.Batch batch) throws InterruptedException {
        Throwable failure = null;
        try {
            commit(batch.entries().values().iterator());
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            failure = e;
            isSpoiled = true;
            isShort = true;
            rounds = isTold ? rounds : 0;
        }
        try {
            if (isShort && isDue(batch, failure != null) && isMadeAnew(batch.entries(), failure != null)) {
                failure = null;
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            failure = failure == null ? e : failure;
            isSpoiled = true;
        }
        if (failure != null) {
            if (!isTold) {
                LOG.error("{}: cannot be written, and its queue takes no jobs: {}", path, failure.toString());
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
        forceFolder();
        mend();
        while (entries.hasNext()) {
            file.append(EntryFrames.next(entries));
            // Before there is another one: a crash can spoil what is not on the disk, in any order.
            file.force();
            forced = file.size();
        }
    }

    /** Cuts off what was written in part. */
    private void mend() throws IOException {
        if (isSpoiled) {
            file.truncate(forced);
            isSpoiled = false;
        }
    }

    private void forceFolder() throws IOException {
        if (isFolderUnforced) {
            JournalFile.forceFolder(JournalFile.folderOf(path));
            isFolderUnforced = false;
        }
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
            waitToCompact();
        }
    }

    /**
     * Whether it is looked now whether the file can be made anew, which costs as much as there are jobs: not with each
     * batch that is written.
     */
    private boolean isDue(PendingEntries.Batch batch, boolean hasFailed) {
        if (!hasFailed && !batch.entries().isEmpty()) {
            return isTold;
        }
        rounds++;
        int every = Math.min(Integer.highestOneBit(rounds), ROUNDS_TO_A_TRY);
        return rounds % every == 0 || pending.isClosed();
    }

    /**
     * Makes the file anew where most of it tells of jobs that are gone: a full disk has room again then. That is beside
     * the old file, or in its place where the disk has no room for both and no job in the queue has been accepted:
     * those in it are among the entries, for which their clients still wait.
     *
     * @param entries what was to be written last; where it takes others to tell the same from now on, those instead
     * @param hasFailed whether that could not be written
     * @return whether the file is new, and has all that was told, on the disk
     * @throws IOException where it is not known any more what is on the disk
     */
    private boolean isMadeAnew(Map<String, Entry> entries, boolean hasFailed) throws IOException, InterruptedException {
        if (hasFailed) {
            mend();
            stopCompaction();
        }
        if (compaction != null) {
            return false;
        }
        // Taken after the entries were, so that it has all that they tell.
        QueueImage image = source.get();
        // While clients wait, no longer than for a small file.
        long most = pending.isFailing() ? forced : Math.min(forced, settings.smallBytes());
        if (bytes(image) > most / 2) {
            return false;
        }
        boolean hasAccepted =
                image.jobs().stream().anyMatch(job -> !entries.containsKey(Entry.Added.subjectOf(job.id())));
        return isMadeBeside(image) || (!hasAccepted && isMadeInPlace(image, entries));
    }

    /** Ends a compaction: the file that it makes takes of the room that is wanted. */
    private void stopCompaction() throws IOException, InterruptedException {
        Compaction running = compaction;
        if (running != null) {
            compaction = null;
            waitToCompact();
            running.cancel();
        }
    }

    private static long bytes(QueueImage image) {
        long bytes = 0;
        for (Iterator<Entry> entries = ReplayedQueue.entries(image); entries.hasNext(); ) {
            bytes += entries.next().bytes();
        }
        return bytes;
    }

    private boolean isMadeBeside(QueueImage image) throws IOException {
        Path beside = freshOf(path);
        try {
            use(new Compaction(beside, file, () -> forced, settings.opener(), image, () -> {}).finish());
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.debug("{}: cannot be made: {}", beside, e.toString());
            return false;
        }
        forceFolder();
        return true;
    }

    /**
     * Cuts off all but the header, and writes what is in a queue without accepted jobs. A crash in between forgets
     * events, and that the queue is held.
     */
    private boolean isMadeInPlace(QueueImage image, Map<String, Entry> entries) throws IOException {
        file.truncate(Frames.HEADER_BYTES);
        forced = Frames.HEADER_BYTES;
        entries.clear();
        ReplayedQueue.entries(image).forEachRemaining(entry -> entries.put(entry.subject(), entry));
        file.force();
        commit(entries.values().iterator());
        begun();
        return true;
    }

    private void waitToCompact() {
        notBefore = forced + Math.max(settings.smallBytes(), forced / 2);
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
        isSpoiled = false;
        isFolderUnforced = true;
        begun();
        old.close();
    }

    /** The file has nothing but what is in the queue. */
    private void begun() {
        fresh = forced;
        notBefore = 0;
        isShort = false;
        rounds = 0;
    }
}
