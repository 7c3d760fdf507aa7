package app.rcommerce.gateway.server.jobs.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The form of a journal's file: a header, then frames, each a mark, the length of what it holds, a CRC-32C of length
 * and content, and the content. A frame is what is written and forced at once, so that a crash can spoil the last one
 * and no other. Stateless.
 */
final class Frames {

    /** What a file begins with. */
    private static final byte[] HEADER = "RCGWJNL1".getBytes(StandardCharsets.US_ASCII);

    static final int HEADER_BYTES = 8;
    /** What stands before a frame's content. */
    private static final int OVERHEAD = 12;
    /** No UTF-8 contains these bytes. */
    private static final int MARK = 0xF5C1_FAFF;

    private static final int MOST = 1 << 30;
    private static final int WINDOW = 1 << 20;

    /** Told what the frames hold, one after the other. */
    interface Reader {
        void read(byte[] content) throws IOException;
    }

    private Frames() {}

    static ByteBuffer header() {
        return ByteBuffer.wrap(HEADER);
    }

    static ByteBuffer frame(byte[] content) {
        return ByteBuffer.allocate(OVERHEAD + content.length)
                .putInt(MARK)
                .putInt(content.length)
                .putInt(sum(content))
                .put(content)
                .flip();
    }

    private static int sum(byte[] content) {
        CRC32C sum = new CRC32C();
        sum.update(ByteBuffer.allocate(4).putInt(content.length).flip());
        sum.update(content);
        return (int) sum.getValue();
    }

    /** Whether the file begins as a journal does, or with a part of that and nothing else. */
    static boolean isJournal(JournalFile file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEADER_BYTES);
        int read = file.read(head, 0);
        return Arrays.equals(head.array(), 0, read, HEADER, 0, read);
    }

    /**
     * Reads all frames.
     *
     * @return where the last good one ends; what stands behind is none that was ever whole
     * @throws IOException where a frame is spoiled and a good one stands behind it
     */
    static long readAll(JournalFile file, Reader reader) throws IOException {
        long at = HEADER_BYTES;
        while (at < file.size()) {
            byte[] content = contentAt(file, at);
            if (content == null) {
                long good = goodBehind(file, at + 1);
                if (good >= 0) {
                    throw new IOException("what stands at byte " + at + " is spoiled, and there is more at byte " + good
                            + " (expected: a file as it was written; what is before byte " + at
                            + " can be had by cutting it off there)");
                }
                return at;
            }
            try {
                reader.read(content);
            } catch (IOException | RuntimeException e) {
                throw new IOException("what stands at byte " + at + " is not understood: " + e.getMessage(), e);
            }
            at += OVERHEAD + content.length;
        }
        return at;
    }

    /** What a frame holds; null where there is none, or a spoiled one. */
    private static byte @Nullable [] contentAt(JournalFile file, long at) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(OVERHEAD);
        if (file.read(head, at) < OVERHEAD || head.getInt(0) != MARK) {
            return null;
        }
        int length = head.getInt(4);
        if (length <= 0 || length > MOST || at + OVERHEAD + length > file.size()) {
            return null;
        }
        byte[] content = new byte[length];
        if (file.read(ByteBuffer.wrap(content), at + OVERHEAD) < length || sum(content) != head.getInt(8)) {
            return null;
        }
        return content;
    }

    private static long goodBehind(JournalFile file, long from) throws IOException {
        ByteBuffer window = ByteBuffer.allocate(WINDOW);
        for (long at = from; at + OVERHEAD < file.size(); at += WINDOW - 3) {
            window.clear();
            int read = file.read(window, at);
            for (int i = 0; i + 4 <= read; i++) {
                if (window.getInt(i) == MARK && contentAt(file, at + i) != null) {
                    return at + i;
                }
            }
        }
        return -1;
    }
}
