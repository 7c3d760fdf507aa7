package app.rcommerce.gateway.server.message;

import io.netty.buffer.ByteBuf;

/** Where a request's content goes, such as a stream to an upstream. Confined to one event loop. */
public interface ContentSink {

    /** Takes some content, without flushing, and releases it; whether it is the last. */
    void send(ByteBuf content, boolean last);

    /** Flushes what was sent. */
    void flush();

    /** Whether more is taken without our queueing it. */
    boolean isWritable();

    /** All there is has been taken, and what is missing is the client's: the time that takes is not the sink's. */
    void awaitingClient();
}
