package app.rcommerce.gateway.server.message;

import io.netty.buffer.ByteBuf;

/** The receiver of a request's content, such as a stream to an upstream. Confined to one event loop. */
public interface ContentSink {

    /** Takes a piece of content, without flushing, and releases it; {@code last} marks the last one. */
    void send(ByteBuf content, boolean last);

    /** Flushes what was sent. */
    void flush();

    /** Whether more is taken without our queueing it. */
    boolean isWritable();

    /** Called when the sink has taken everything and waits for the client: its own time-out must not run meanwhile. */
    void awaitingClient();
}
