package app.rcommerce.gateway.server.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a client in the clear, kept until they tell whether it begins with the preface of HTTP/2 (RFC 9113
 * §3.4). They do at the first byte that differs, so that no more than its length is kept. For one event loop.
 */
final class Preface {

    private static final byte[] HTTP_2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf kept;

    Preface(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Takes bytes that have arrived; answers whether the client speaks HTTP/2, or null where that is yet open. */
    @Nullable
    Boolean read(ByteBuf bytes) {
        ByteBuf all = kept;
        if (all == null) {
            all = bytes;
        } else {
            all = allocator.buffer(all.readableBytes() + bytes.readableBytes());
            all.writeBytes(kept).writeBytes(bytes);
            release();
            bytes.release();
        }
        kept = all;
        int length = Math.min(all.readableBytes(), HTTP_2.length);
        for (int i = 0; i < length; i++) {
            if (all.getByte(all.readerIndex() + i) != HTTP_2[i]) {
                return false;
            }
        }
        return length == HTTP_2.length ? true : null;
    }

    /** What was kept, which the caller releases. */
    ByteBuf bytes() {
        ByteBuf all = kept;
        kept = null;
        return all == null ? allocator.buffer(0) : all;
    }

    void release() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }
}
