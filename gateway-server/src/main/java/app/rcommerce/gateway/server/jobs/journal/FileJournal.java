package app.rcommerce.gateway.server.jobs.journal;

import app.rcommerce.gateway.store.memory.job.JobImage;
import app.rcommerce.gateway.store.memory.job.JobJournal;
import app.rcommerce.gateway.store.memory.job.QueueImage;
import app.rcommerce.gateway.store.memory.job.QueueImage.SeenEvent;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one queue in a file, and beside it that file's lock. Being told is safe for any thread; opening,
 * starting and closing is for one.
 */
final class FileJournal implements JobJournal, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);
    /** How long a close waits for the disk, in milliseconds. */
    private static final long CLOSE_MILLIS = 10_000;

    private final Path path;
    private final JournalLock lock;
    private final JournalFile file;
    private final QueueImage image;
    private final JournalWriter.Settings settings;
    private final PendingEntries pending = new PendingEntries();
    private @Nullable Thread thread;

    private FileJournal(
            Path path, JournalLock lock, JournalFile file, QueueImage image, JournalWriter.Settings settings) {
        this.path = path;
        this.lock = lock;
        this.file = file;
        this.image = image;
        this.settings = settings;
    }

    /**
     * Opens the journal in this file, which is made where there is none, and reads it.
     *
     * @throws IOException where it cannot be had, naming it; where it is spoiled, naming the place as well
     */
    static FileJournal open(Path path, JournalWriter.Settings settings) throws IOException {
        try {
            Path folder = JournalFile.folderOf(path);
            makeFolder(folder);
            JournalLock lock = JournalLock.take(path.resolveSibling(path.getFileName() + ".lock"));
            try {
                Files.deleteIfExists(JournalWriter.freshOf(path));
                JournalFile file = settings.opener().open(path);
                try {
                    return new FileJournal(path, lock, file, read(path, file), settings);
                } catch (IOException | RuntimeException e) {
                    file.close();
                    throw e;
                }
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            String why = e instanceof FileSystemException ? e.toString() : e.getMessage();
            throw new IOException("the journal " + path + ": " + why, e);
        }
    }

    /** Makes a folder, and waits until the names of all that it stands in are on the disk. */
    private static void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            makeFolder(parent);
        }
        Files.createDirectories(folder, JournalFile.ofOwner(folder, "rwx------"));
        JournalFile.forceFolder(JournalFile.folderOf(folder));
    }

    private static QueueImage read(Path path, JournalFile file) throws IOException {
        if (!Frames.isJournal(file)) {
            throw new IOException("is none (expected: a file that a gateway has written, or none)");
        }
        if (file.size() < Frames.HEADER_BYTES) {
            file.truncate(0);
            file.append(Frames.header());
        }
        ReplayedQueue replayed = new ReplayedQueue();
        long end = Frames.readAll(file, content -> EntryFrames.read(content, replayed));
        if (end < file.size()) {
            LOG.warn(
                    "{}: the last {} bytes, from {} on, were not written to their end and are cut off",
                    path,
                    file.size() - end,
                    end);
            file.truncate(end);
        }
        // What has been read may be in the memory of the system alone.
        file.force();
        JournalFile.forceFolder(JournalFile.folderOf(path));
        return replayed.image();
    }

    Path path() {
        return path;
    }

    /** What was in the queue when it was opened. */
    QueueImage image() {
        return image;
    }

    /** Begins to write what it has been told, and is told; the source says what is in the queue. */
    void start(Supplier<QueueImage> source) {
        JournalWriter writer = new JournalWriter(path, file, pending, source, settings);
        thread = Thread.ofPlatform()
                .name("journal " + path.getFileName())
                .daemon()
                .start(writer);
    }

    @Override
    public void added(JobImage job, @Nullable SeenEvent event) {
        Entry added = new Entry.Added(job);
        pending.add(event == null ? List.of(added) : List.of(added, new Entry.Seen(event)));
    }

    @Override
    public void changed(String id, JobImage.Life life) {
        pending.add(List.of(new Entry.Changed(id, life)));
    }

    @Override
    public void gone(String id) {
        pending.add(List.of(new Entry.Gone(id)));
    }

    @Override
    public void paused(boolean isPaused) {
        pending.add(List.of(new Entry.Paused(isPaused)));
    }

    @Override
    public boolean isFailing() {
        return pending.isFailing();
    }

    @Override
    public CompletionStage<Void> written() {
        return pending.written();
    }

    /** Writes what it has been told, and lets go of the file. */
    @Override
    public void close() {
        pending.close();
        try {
            Thread writing = thread;
            if (writing == null) {
                file.close();
            } else {
                writing.join(CLOSE_MILLIS);
            }
            lock.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("{}: {}", path, e.toString());
        }
    }
}
