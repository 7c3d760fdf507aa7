package app.rcommerce.gateway.server.protocol.http2;

import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import app.rcommerce.gateway.server.protocol.http2.frame.Codec;
import app.rcommerce.gateway.server.protocol.http2.frame.Portions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Netty's handler of a connection of HTTP/2, with what is ours put in its place: bytes are counted before they are
 * decoded, and held for the next turn of the event loop where many requests are in them, so that those of other
 * connections come between; flushes wait for the end of the event loop's turn, and errors end streams and connections
 * as {@link Http2Connection} says. Confined to its event loop.
 */
final class Http2Handler extends Http2ConnectionHandler implements Portions.Decoder {

    private final Http2Connection owner;
    private final Requests requests;
    private final Portions portions;

    Http2Handler(Codec codec, Http2Connection owner, Requests requests) {
        // A channel that is closed closes at once: how a connection says good-bye is decided elsewhere.
        super(codec.decoder(), codec.encoder(), codec.settings(), true);
        this.owner = owner;
        this.requests = requests;
        this.portions = new Portions(codec.scan(), this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        if (ctx.channel().isActive()) {
            owner.begin(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        super.channelActive(ctx);
        owner.begin(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (message instanceof ByteBuf bytes) {
            portions.take(ctx, bytes);
        } else {
            super.channelRead(ctx, message);
        }
    }

    @Override
    public void decode(ByteBuf bytes) throws Exception {
        try {
            super.channelRead(owner.context(), bytes);
        } finally {
            requests.begin();
        }
    }

    @Override
    public void enough() {
        owner.misbehaved();
    }

    @Override
    public boolean isClosing() {
        return owner.isClosing();
    }

    @Override
    public void decoded(ChannelHandlerContext ctx) throws Exception {
        channelReadComplete(ctx);
    }

    @Override
    public void inputEnded() {
        owner.inputEnded();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        owner.readComplete();
        if (portions.readComplete() && !owner.isClosing()) {
            // This reads on even where reading was stopped.
            super.channelReadComplete(ctx);
        }
    }

    /** Flushes at the end of the event loop's turn. */
    @Override
    public void flush(ChannelHandlerContext ctx) {
        owner.outflow().flushLater();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        portions.drop();
        owner.inactive();
        super.channelInactive(ctx);
        owner.drop();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        super.userEventTriggered(ctx, event);
        if (event instanceof ChannelInputShutdownEvent) {
            portions.inputEnded();
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception error) {
        owner.failed(cause, error == null ? Http2Error.INTERNAL_ERROR : error.error());
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException error) {
        if (outbound) {
            Http2Stream stream = connection().stream(error.streamId());
            if (stream == null || stream.state() == Http2Stream.State.CLOSED) {
                // Only that what waited for its windows is given up.
                return;
            }
        } else {
            owner.late(error.streamId());
            Http2Event kind =
                    error.error() == Http2Error.REFUSED_STREAM ? Http2Event.REFUSED_STREAM : Http2Event.PROVOKED_RESET;
            if (!owner.count(kind)) {
                owner.misbehaved();
                return;
            }
        }
        if (error instanceof Http2Exception.HeaderListSizeException size
                && size.duringDecode()
                && owner.refuseTooLarge(error.streamId())) {
            return;
        }
        super.onStreamError(ctx, outbound, cause, error);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(ctx, cause);
    }

    @Override
    public void failed(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Http2Exception || cause.getCause() instanceof Http2Exception) {
            onError(ctx, false, cause);
        } else {
            ctx.close();
        }
    }
}
