package app.rcommerce.gateway.server.protocol.http2;

import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import app.rcommerce.gateway.server.protocol.http2.frame.Codec;
import app.rcommerce.gateway.server.protocol.http2.frame.FrameScan;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Netty's handler of a connection of HTTP/2, with what is ours put in its place: bytes are counted before they are
 * decoded, and held for the next turn of the event loop where many requests are in them, so that those of other
 * connections come between; flushes wait for the end of the event loop's turn, and errors end streams and connections
 * as {@link Http2Connection} says. Confined to its event loop.
 */
final class Http2Handler extends Http2ConnectionHandler {

    private final Http2Connection owner;
    private final FrameScan scan;
    /** What has been read and is to be decoded in later turns; nothing more is read while there is any. */
    private final Deque<ByteBuf> held = new ArrayDeque<>(0);

    Http2Handler(Codec codec, Http2Connection owner) {
        // A channel that is closed closes at once: how a connection says good-bye is decided elsewhere.
        super(codec.decoder(), codec.encoder(), codec.settings(), true);
        this.owner = owner;
        this.scan = codec.scan();
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
        if (owner.isClosing()) {
            ReferenceCountUtil.release(message);
        } else if (!(message instanceof ByteBuf bytes)) {
            super.channelRead(ctx, message);
        } else if (!held.isEmpty()) {
            held.add(bytes);
        } else if (!decode(ctx, bytes)) {
            ctx.channel().config().setAutoRead(false);
            goOnInNextTurn(ctx);
        }
    }

    /** Decodes as much as this turn may; holds the rest, and returns false then. */
    private boolean decode(ChannelHandlerContext ctx, ByteBuf bytes) throws Exception {
        int some = scan.scan(bytes);
        if (some == FrameScan.ENOUGH) {
            bytes.release();
            owner.misbehaved();
            return true;
        }
        if (some == bytes.readableBytes()) {
            super.channelRead(ctx, bytes);
            return true;
        }
        held.addFirst(bytes);
        super.channelRead(ctx, bytes.readRetainedSlice(some));
        return false;
    }

    /** Not a task of this turn's, which would run before others are read. */
    private void goOnInNextTurn(ChannelHandlerContext ctx) {
        ctx.executor().schedule(() -> goOn(ctx), 0, TimeUnit.NANOSECONDS);
    }

    private void goOn(ChannelHandlerContext ctx) {
        try {
            if (decodeHeld(ctx, false)) {
                ctx.channel().config().setAutoRead(true);
                channelReadComplete(ctx);
            } else {
                owner.readComplete();
                goOnInNextTurn(ctx);
            }
        } catch (Exception e) {
            failed(ctx, e);
        }
    }

    /** Decodes what is held, all of it or as much as a turn may; returns whether nothing is left. */
    private boolean decodeHeld(ChannelHandlerContext ctx, boolean all) throws Exception {
        scan.turn();
        while (!held.isEmpty() && !owner.isClosing()) {
            if (!decode(ctx, held.remove())) {
                if (!all) {
                    return false;
                }
                scan.turn();
            }
        }
        drop();
        return true;
    }

    private void drop() {
        held.forEach(ByteBuf::release);
        held.clear();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        owner.readComplete();
        if (held.isEmpty()) {
            scan.turn();
            if (!owner.isClosing()) {
                // This reads on even where reading was stopped.
                super.channelReadComplete(ctx);
            }
        }
    }

    /** Flushes at the end of the event loop's turn. */
    @Override
    public void flush(ChannelHandlerContext ctx) {
        owner.flushLater();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        drop();
        owner.inactive();
        super.channelInactive(ctx);
        owner.drop();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        super.userEventTriggered(ctx, event);
        if (event instanceof ChannelInputShutdownEvent) {
            decodeHeld(ctx, true);
            owner.inputEnded();
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

    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Http2Exception || cause.getCause() instanceof Http2Exception) {
            onError(ctx, false, cause);
        } else {
            ctx.close();
        }
    }
}
