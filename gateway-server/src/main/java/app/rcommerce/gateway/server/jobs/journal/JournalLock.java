package app.rcommerce.gateway.server.jobs.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * That a journal is this process's alone. It is a lock on a file of its own, since the journal's file is replaced while
 * it is in use; it ends with the process, however that ends.
 */
final class JournalLock implements Closeable {

    private final FileChannel channel;

    private JournalLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock; throws where another one has it. */
    static JournalLock take(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                JournalFile.ofOwner(file, "rw-------"));
        if (lock(channel) == null) {
            channel.close();
            throw new IOException("another process has it open (expected: a directory for each gateway)");
        }
        return new JournalLock(channel);
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
