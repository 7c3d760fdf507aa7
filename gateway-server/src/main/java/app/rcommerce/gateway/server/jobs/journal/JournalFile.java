package app.rcommerce.gateway.server.jobs.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/**
 * A file that grows at its end, and what can be done to it; only its owner may read it. {@link #size} is for any
 * thread, all else for one at a time.
 */
class JournalFile implements Closeable {

    /** What opens files; another one where disks are to fail. */
    interface Opener {
        /** Opens a file, which is made where there is none. */
        JournalFile open(Path path) throws IOException;
    }

    private final FileChannel channel;
    private volatile long size;

    JournalFile(Path path) throws IOException {
        FileAttribute<?>[] attributes = ofOwner(path, "rw-------");
        channel = FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE), attributes);
        size = channel.size();
    }

    /** The attributes of a file that no other user may read, where the system knows such. */
    static FileAttribute<?>[] ofOwner(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** How many bytes it has. */
    long size() {
        return size;
    }

    /** Writes all of this behind what is there. */
    void append(ByteBuffer bytes) throws IOException {
        long at = size;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        size = at;
    }

    /** Waits until all that has been written is on the disk. */
    void force() throws IOException {
        channel.force(false);
    }

    /** Cuts off what stands behind the first bytes. */
    void truncate(long bytes) throws IOException {
        channel.truncate(bytes);
        size = bytes;
    }

    /** Reads from this place on, as much as fits and is there; how much that is. */
    int read(ByteBuffer into, long at) throws IOException {
        int before = into.position();
        long place = at;
        while (into.hasRemaining()) {
            int read = channel.read(into, place);
            if (read < 0) {
                break;
            }
            place += read;
        }
        return into.position() - before;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** The folder in which a file stands. */
    static Path folderOf(Path path) {
        return Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file stands in a folder");
    }

    /** Gives a file the name of another one, which is gone then, in one step that no crash can divide. */
    static void replace(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Waits until the names of files in a folder are on the disk. */
    static void forceFolder(Path folder) throws IOException {
        try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
            opened.force(true);
        }
    }
}
