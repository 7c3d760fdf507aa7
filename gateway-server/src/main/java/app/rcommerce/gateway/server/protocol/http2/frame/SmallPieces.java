package app.rcommerce.gateway.server.protocol.http2.frame;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Small pieces of one stream's content, copied into one buffer until they are passed on together. Each piece that is
 * passed on costs some hundred bytes of bookkeeping, whatever its size, and a window of 64 KB has room for 65,536
 * pieces of one byte. Confined to one event loop.
 */
public final class SmallPieces {

    /** Larger pieces are passed on as they are, in bytes. */
    private static final int SMALL = 1024;

    private static final int FIRST = 256;
    /** How much is joined at most, in bytes. */
    private static final int MOST = 16 * 1024;

    private @Nullable ByteBuf joined;

    public SmallPieces() {}

    /**
     * Copies a piece behind those before; returns false, having done nothing, where it is to be passed on by itself.
     */
    public boolean join(ByteBuf piece) {
        int length = piece.readableBytes();
        ByteBuf all = joined;
        if (length >= SMALL || (all != null && all.readableBytes() + length > MOST)) {
            return false;
        }
        if (all == null) {
            all = piece.alloc().directBuffer(Math.max(FIRST, length), MOST);
            joined = all;
        }
        all.writeBytes(piece, piece.readerIndex(), length);
        return true;
    }

    public boolean isEmpty() {
        return joined == null;
    }

    /** What was joined, which the caller releases; null where there is nothing. */
    public @Nullable ByteBuf take() {
        ByteBuf all = joined;
        joined = null;
        return all;
    }

    /** Releases what was joined. */
    public void drop() {
        ByteBuf all = take();
        if (all != null) {
            all.release();
        }
    }
}
