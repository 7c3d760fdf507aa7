package app.rcommerce.gateway.server.jobs.journal;

import app.rcommerce.gateway.store.memory.job.QueueImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/**
 * A new file with what is in a queue, made on a thread of its own while the old one goes on to be written. It begins
 * with the queue as it stood once the old file had a certain length, and goes on with all that was written there since.
 * Since entries tell where a job stands, it does no harm that some of these are in what it begins with.
 */
final class Compaction {

    private static final int COPIED_BYTES = 1 << 20;

    private final Path path;
    private final JournalFile old;
    private final LongSupplier forced;
    private final JournalFile.Opener opener;
    private final CompletableFuture<JournalFile> made = new CompletableFuture<>();
    private final Thread thread;
    private long copied;
    private volatile boolean cancelled;

    /**
     * Begins.
     *
     * @param path where the new file is made
     * @param old the file in use
     * @param forced how many bytes of it are on the disk
     * @param image the queue as it stands now
     * @param done called at the end, on any thread
     */
    Compaction(
            Path path,
            JournalFile old,
            LongSupplier forced,
            JournalFile.Opener opener,
            QueueImage image,
            Runnable done) {
        this.path = path;
        this.old = old;
        this.forced = forced;
        this.opener = opener;
        this.copied = forced.getAsLong();
        this.thread = Thread.ofPlatform()
                .name("compaction of " + path.getFileName())
                .daemon()
                .start(() -> {
                    make(ReplayedQueue.entries(image));
                    done.run();
                });
    }

    private void make(Iterator<Entry> entries) {
        try {
            Files.deleteIfExists(path);
            JournalFile fresh = opener.open(path);
            try {
                fresh.append(Frames.header());
                while (entries.hasNext() && !cancelled) {
                    fresh.append(EntryFrames.next(entries));
                }
                copy(fresh, forced.getAsLong());
                fresh.force();
                made.complete(fresh);
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                fresh.close();
                Files.deleteIfExists(path);
                made.completeExceptionally(e);
            }
        } catch (IOException | RuntimeException e) {
            made.completeExceptionally(e);
        }
    }

    private void copy(JournalFile fresh, long end) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(COPIED_BYTES);
        while (copied < end && !cancelled) {
            bytes.clear().limit((int) Math.min(COPIED_BYTES, end - copied));
            if (old.read(bytes, copied) < bytes.limit()) {
                throw new IOException("the file in use has fewer bytes than were written");
            }
            fresh.append(bytes.flip());
            copied += bytes.limit();
        }
    }

    boolean isDone() {
        return made.isDone();
    }

    /**
     * The new file with all that the old one has, on the disk; to be called once it is done, by who writes the old one.
     */
    JournalFile finish() throws IOException {
        JournalFile fresh;
        try {
            fresh = made.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
        try {
            copy(fresh, forced.getAsLong());
            fresh.force();
            return fresh;
        } catch (IOException | RuntimeException e) {
            fresh.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /** Ends it, and leaves nothing of it. */
    void cancel() throws IOException, InterruptedException {
        cancelled = true;
        thread.join();
        if (!made.isCompletedExceptionally()) {
            made.join().close();
        }
        Files.deleteIfExists(path);
    }
}
