package app.rcommerce.gateway.server.transport;

import app.rcommerce.gateway.server.memory.Reading;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * The first handler of every pipeline: it ends reading before a channel is closed. By io_uring a channel that is closed
 * while it reads and a write is under way would go on to wait for more to read, which keeps the kernel's socket open
 * although its descriptor is closed, so that the peer waits for an end that never comes (seen in Netty 4.2.18).
 * Confined to its event loop.
 */
public final class QuietClose extends ChannelOutboundHandlerAdapter {

    private boolean closing;

    /** A handler for a channel that is open. */
    public QuietClose() {}

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!closing) {
            ctx.read();
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        closing = true;
        Reading.set(ctx.channel(), false);
        ctx.close(promise);
    }
}
