package app.rcommerce.gateway.server.jobs.journal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** Entries as the content of frames. Stateless. */
final class EntryFrames {

    /** A frame takes no further entry beyond so many bytes. */
    static final int FRAME_BYTES = 4 << 20;

    private EntryFrames() {}

    /** The next frame: as many entries as it takes. There is one at least. */
    static ByteBuffer next(Iterator<? extends Entry> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        while (entries.hasNext() && bytes.size() < FRAME_BYTES) {
            entries.next().write(out);
        }
        return Frames.frame(bytes.toByteArray());
    }

    /** Hands the entries of a frame on. */
    static void read(byte[] content, ReplayedQueue replayed) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
        while (in.available() > 0) {
            replayed.take(Entry.read(in));
        }
    }
}
