package app.rcommerce.gateway.server.protocol.http2.frame;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a client has sent, in portions that a turn of the event loop decodes: {@link FrameScan} says how far one goes.
 * The rest is held. Confined to one event loop.
 */
public final class Portions {

    /** What decodes. */
    public interface Decoder {
        /** Decodes bytes, which it owns. */
        void decode(ByteBuf bytes) throws Exception;

        /** The scan has had enough of the client. */
        void enough();

        /** Whether nothing more is decoded. */
        boolean isClosing();
    }

    private final FrameScan scan;
    private final Decoder decoder;
    private final Deque<ByteBuf> held = new ArrayDeque<>(0);

    public Portions(FrameScan scan, Decoder decoder) {
        this.scan = scan;
        this.decoder = decoder;
    }

    /** Whether nothing is held. */
    public boolean isEmpty() {
        return held.isEmpty();
    }

    /** Takes bytes; returns whether they are the first ones of which some are held. */
    public boolean take(ByteBuf bytes) throws Exception {
        if (decoder.isClosing()) {
            bytes.release();
            return false;
        }
        if (!held.isEmpty()) {
            held.add(bytes);
            return false;
        }
        return !decode(bytes);
    }

    /** Decodes as much as this turn may; holds the rest, and returns false then. */
    private boolean decode(ByteBuf bytes) throws Exception {
        int some = scan.scan(bytes);
        if (some == FrameScan.ENOUGH) {
            bytes.release();
            decoder.enough();
            return true;
        }
        if (some == bytes.readableBytes()) {
            decoder.decode(bytes);
            return true;
        }
        held.addFirst(bytes);
        decoder.decode(bytes.readRetainedSlice(some));
        return false;
    }

    /** Decodes the portion of the next turn, or all that is held; returns whether nothing is left. */
    public boolean next(boolean all) throws Exception {
        scan.turn();
        while (!held.isEmpty() && !decoder.isClosing()) {
            if (!decode(held.remove())) {
                if (!all) {
                    return false;
                }
                scan.turn();
            }
        }
        drop();
        return true;
    }

    /** Drops what is held. */
    public void drop() {
        held.forEach(ByteBuf::release);
        held.clear();
    }
}
