package app.rcommerce.gateway.server.protocol.http2.flow;

import app.rcommerce.gateway.server.protocol.http2.frame.Codec;
import app.rcommerce.gateway.server.transport.Outbox;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the windows of all streams of a connection, and what has to be flushed at the end of the event loop's
 * turn. Confined to the connection's event loop.
 */
public final class Outflow implements Outbox.Pending {

    /** A stream whose content is sent. */
    public interface Source {

        /** Called when content was written: what waits for that goes on. */
        void drained();
    }

    /** What may wait for the windows of all streams together before none takes more, in bytes. */
    private static final long FULL = 1024 * 1024;

    private final Outbox outbox;
    private final Codec codec;
    private final Supplier<@Nullable ChannelHandlerContext> context;
    private final Consumer<Http2Exception> failed;
    private final List<Source> drained = new ArrayList<>();
    private long waiting;
    private boolean unflushed;
    private boolean flushing;

    /**
     * The outflow of one connection.
     *
     * @param context of the connection's handler; null before it has begun
     * @param failed told where the connection cannot go on
     */
    public Outflow(
            Outbox outbox,
            Codec codec,
            Supplier<@Nullable ChannelHandlerContext> context,
            Consumer<Http2Exception> failed) {
        this.outbox = outbox;
        this.codec = codec;
        this.context = context;
        this.failed = failed;
    }

    /** Counts bytes that wait for the windows of a stream; fewer than none where they wait no more. */
    public void waiting(int bytes) {
        waiting += bytes;
    }

    /** Whether as much waits for the windows of all streams as may. */
    public boolean isFull() {
        return waiting >= FULL;
    }

    /** Tells the stream after the next flush that content of it was written. */
    public void drained(Source stream) {
        drained.add(stream);
    }

    /** Flushes at the end of the event loop's turn. */
    public void flushLater() {
        if (!unflushed) {
            unflushed = true;
            outbox.add(this);
        }
    }

    @Override
    public void flushNow() {
        unflushed = false;
        ChannelHandlerContext ctx = context.get();
        if (ctx == null || flushing || !ctx.channel().isActive()) {
            return;
        }
        flushing = true;
        try {
            codec.encoder().flowController().writePendingBytes();
        } catch (Http2Exception e) {
            failed.accept(e);
        } finally {
            flushing = false;
        }
        codec.writer().settle(ctx);
        ctx.flush();
        if (!drained.isEmpty()) {
            List<Source> all = List.copyOf(drained);
            drained.clear();
            all.forEach(Source::drained);
        }
    }
}
