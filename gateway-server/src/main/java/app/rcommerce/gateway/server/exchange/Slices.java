package app.rcommerce.gateway.server.exchange;

import io.netty.buffer.Unpooled;

/**
 * The content of a large answer of our own, written as fast as the client takes it: each slice is copied out of the
 * heap when it is written, so a client that does not read holds no more than its socket's buffers. For one event loop.
 */
final class Slices {

    /** Larger content than this, in bytes, is written in slices of this size. */
    static final int SIZE = 32 * 1024;

    private final byte[] body;
    private int written;

    Slices(byte[] body) {
        this.body = body;
    }

    /** Writes what the client takes; answers how much. */
    int write(ClientLeg client) {
        int before = written;
        while (client.isWritable() && !isAtEnd()) {
            int length = Math.min(SIZE, body.length - written);
            client.write(Unpooled.wrappedBuffer(body, written, length), null);
            written += length;
        }
        client.flush();
        return written - before;
    }

    /** The whole content. */
    byte[] content() {
        return body;
    }

    boolean isAtEnd() {
        return written == body.length;
    }
}
