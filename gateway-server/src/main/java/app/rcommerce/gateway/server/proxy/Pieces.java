package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.server.memory.MemoryBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kept content of a reply on its way into the cache: pieces by the number of their arrival, of which the first may
 * have been dropped. What is kept is reserved in the {@link MemoryBudget}. Guarded by its fill.
 */
final class Pieces {

    private final MemoryBudget budget;
    private final List<byte[]> kept = new ArrayList<>();
    private long first;
    private long bytes;

    Pieces(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Keeps a copy of a piece, for which the budget has been asked. */
    void add(ByteBuf content) {
        kept.add(ByteBufUtil.getBytes(content));
        bytes += content.readableBytes();
    }

    /** The number of the first piece that is kept. */
    long first() {
        return first;
    }

    /** The number of the next piece to arrive. */
    long end() {
        return first + kept.size();
    }

    /** How much is kept, in bytes. */
    long bytes() {
        return bytes;
    }

    /** The piece of this number; null where it has not arrived, or is kept no more. */
    byte @Nullable [] get(long number) {
        long index = number - first;
        return index < 0 || index >= kept.size() ? null : kept.get((int) index);
    }

    /** All that is kept as one. */
    byte[] joined() {
        byte[] joined = new byte[Math.toIntExact(bytes)];
        int at = 0;
        for (byte[] piece : kept) {
            System.arraycopy(piece, 0, joined, at, piece.length);
            at += piece.length;
        }
        return joined;
    }

    /** Lets go of all pieces before this number. */
    void dropBefore(long number) {
        while (first < number) {
            int size = kept.removeFirst().length;
            bytes -= size;
            budget.release(size);
            first++;
        }
    }
}
