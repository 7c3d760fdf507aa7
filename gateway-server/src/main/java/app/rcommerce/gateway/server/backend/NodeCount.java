package app.rcommerce.gateway.server.backend;

import app.rcommerce.gateway.time.Clock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of nodes by which quotas are divided while they are not counted together. It is the largest of three
 * numbers: the one that the store has told last, the one remembered in a small file, so that a node which starts
 * without its store does not take the whole of every quota, and the one that the configuration gives as the least. A
 * larger number is remembered at once, a smaller one once the store has told it for a minute. A file that cannot be
 * read or written is ignored, and logged once. {@link #nodes} is for any thread, {@link #look} for one.
 */
public final class NodeCount {

    /** How often {@link #look} should be called, in milliseconds. */
    public static final int LOOK_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(NodeCount.class);
    private static final long SETTLED_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** The largest number that is accepted from the file, which also bounds how much of the file is read. */
    private static final int MOST = 10_000;

    private final @Nullable Path file;
    private final IntSupplier atLeast;
    private final IntSupplier told;
    private final Clock clock;
    private volatile int remembered;
    private long largerAtNanos;
    private boolean failing;

    /**
     * A count that begins with the number remembered in the file.
     *
     * @param file where; null where nothing is to be remembered
     * @param atLeast what the configuration says
     * @param told how many nodes the store has last told of; 0 while it has not
     */
    public NodeCount(@Nullable Path file, IntSupplier atLeast, IntSupplier told, Clock clock) {
        this.file = file;
        this.atLeast = atLeast;
        this.told = told;
        this.clock = clock;
        this.largerAtNanos = clock.nanos();
        this.remembered = read();
    }

    /** The number of nodes to divide by; at least 1. */
    public int nodes() {
        return Math.max(Math.max(remembered, told.getAsInt()), atLeast.getAsInt());
    }

    /** Reads what the store tells and remembers it; to be called every {@link #LOOK_MILLIS}. */
    public void look() {
        int seen = Math.min(MOST, told.getAsInt());
        long now = clock.nanos();
        if (seen >= remembered) {
            largerAtNanos = now;
        }
        boolean settled = now - largerAtNanos >= SETTLED_NANOS;
        if (seen > remembered || (seen > 0 && seen < remembered && settled)) {
            remembered = seen;
            largerAtNanos = now;
            write(seen);
        }
    }

    private int read() {
        if (file == null) {
            return 1;
        }
        try {
            String text = Files.size(file) > 16
                    ? ""
                    : Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= MOST) {
                return Integer.parseInt(text);
            }
            LOG.warn("{}: no number of nodes (expected: 1 to {})", file, MOST);
        } catch (NoSuchFileException e) {
            // Nothing has been remembered yet.
        } catch (IOException e) {
            failed("read", e);
        }
        return 1;
    }

    private void write(int number) {
        if (file == null) {
            return;
        }
        try {
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(next, number + "\n", StandardCharsets.US_ASCII);
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            failing = false;
        } catch (IOException e) {
            failed("written", e);
        }
    }

    private void failed(String what, IOException e) {
        if (!failing) {
            LOG.warn(
                    "the number of nodes is not remembered over a restart: {} cannot be {}: {}",
                    file,
                    what,
                    e.toString());
        }
        failing = true;
    }
}
