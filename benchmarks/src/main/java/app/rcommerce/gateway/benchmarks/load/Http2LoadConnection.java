package app.rcommerce.gateway.benchmarks.load;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.HashMap;
import java.util.Map;

/**
 * A connection of the load generator by HTTP/2, behind Netty's frame codec, with so many requests under way at most.
 * Frames of one turn of the event loop leave together. Confined to the event loop.
 */
final class Http2LoadConnection extends Http2ChannelDuplexHandler implements LoadConnection {

    /** A request that is under way. */
    private static final class Pending {
        private final long due;
        private int status;

        private Pending(long due) {
            this.due = due;
        }
    }

    private final Callback callback;
    private final int streams;
    private final Map<Http2FrameStream, Pending> pending = new HashMap<>();
    private ChannelHandlerContext context;
    private boolean isReady;

    Http2LoadConnection(Callback callback, int streams) {
        this.callback = callback;
        this.streams = streams;
    }

    @Override
    protected void handlerAdded0(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void send(LoadRequest request, long due) {
        Http2FrameStream stream = newStream();
        pending.put(stream, new Pending(due));
        context.writeAndFlush(new DefaultHttp2HeadersFrame(request.http2(), true).stream(stream));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        try {
            switch (frame) {
                case Http2SettingsFrame _ -> ready();
                case Http2HeadersFrame headers -> {
                    Pending request = pending.get(headers.stream());
                    if (request != null) {
                        request.status =
                                Integer.parseInt(headers.headers().status().toString());
                    }
                    if (headers.isEndStream()) {
                        ended(headers.stream());
                    }
                }
                case Http2DataFrame data -> {
                    context.write(
                            new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes()).stream(data.stream()));
                    if (data.isEndStream()) {
                        ended(data.stream());
                    }
                }
                case Http2ResetFrame reset -> callback.failed("a stream was reset: error " + reset.errorCode());
                case Http2GoAwayFrame goAway -> callback.failed("a connection goes away: error " + goAway.errorCode());
                default -> {}
            }
        } finally {
            ReferenceCountUtil.release(frame);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Windows that were given back, where no request took them along.
        context.flush();
    }

    /** The first SETTINGS of the server have arrived, later ones change nothing here. */
    private void ready() {
        if (isReady) {
            return;
        }
        isReady = true;
        for (int i = 0; i < streams; i++) {
            callback.idle(this);
        }
    }

    private void ended(Http2FrameStream stream) {
        Pending request = pending.remove(stream);
        if (request != null) {
            callback.answered(this, request.due, request.status);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        callback.failed("a connection was closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        callback.failed((cause instanceof Http2FrameStreamException e ? e.getCause() : cause).toString());
    }
}
