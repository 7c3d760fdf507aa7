package app.rcommerce.gateway.server.protocol.http2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Netty's reader of frames behind a check of its own: a header section comes for a new stream, or ends the content of
 * one that is open (RFC 9113 §5.1, §5.1.1). Netty takes some others for errors of a stream, of another kind. What was
 * on its way for a stream that was reset or refused is ignored. Confined to one event loop.
 */
public final class FrameReader implements Http2FrameReader {

    /** The number of streams begun last that are told from those that were left out. */
    private static final int KNOWN = 64;

    private final Http2Connection connection;
    private final LateFrames late;
    private final Http2FrameReader reader;
    private final int[] begun = new int[KNOWN];
    private int next;
    private @Nullable Checked checked;

    public FrameReader(Http2Connection connection, Http2HeadersDecoder sections, LateFrames late) {
        this.connection = connection;
        this.late = late;
        this.reader = new DefaultHttp2FrameReader(sections);
    }

    @Override
    public void readFrame(ChannelHandlerContext ctx, ByteBuf input, Http2FrameListener listener) throws Http2Exception {
        Checked with = checked;
        if (with == null || !with.isFor(listener)) {
            with = new Checked(listener);
            checked = with;
        }
        reader.readFrame(ctx, input, with);
    }

    private final class Checked extends Http2FrameListenerDecorator {
        Checked(Http2FrameListener listener) {
            super(listener);
        }

        boolean isFor(Http2FrameListener other) {
            return listener.equals(other);
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean last)
                throws Http2Exception {
            if (!isLate(id)) {
                return super.onDataRead(ctx, id, data, padding, last);
            }
            // It is counted in the connection's window, and given back to that at once.
            connection.local().flowController().receiveFlowControlledFrame(null, data, padding, last);
            return data.readableBytes() + padding;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long error) throws Http2Exception {
            if (!isLate(id)) {
                super.onRstStreamRead(ctx, id, error);
            }
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int increment) throws Http2Exception {
            if (!isLate(id)) {
                super.onWindowUpdateRead(ctx, id, increment);
            }
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean last)
                throws Http2Exception {
            if (isExpected(id)) {
                super.onHeadersRead(ctx, id, headers, padding, last);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean last)
                throws Http2Exception {
            if (isExpected(id)) {
                super.onHeadersRead(ctx, id, headers, dependency, weight, exclusive, padding, last);
            }
        }
    }

    /** Whether a frame was on its way when its stream was reset, or refused, so that it is ignored. */
    private boolean isLate(int id) {
        return id != 0 && connection.stream(id) == null && late.isLate(id);
    }

    /** Whether a header section of this stream is looked at; it is ignored where the stream was reset a moment ago. */
    private boolean isExpected(int id) throws Http2Exception {
        Http2Stream stream = connection.stream(id);
        if (stream != null) {
            if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE) {
                throw Http2Exception.streamError(id, Http2Error.STREAM_CLOSED, "a header section behind the last one");
            }
            return true;
        }
        if (late.isLate(id)) {
            return false;
        }
        if (!connection.streamMayHaveExisted(id)) {
            begun[next] = id;
            next = (next + 1) % KNOWN;
            return true;
        }
        throw Http2Exception.connectionError(
                wasBegun(id) ? Http2Error.STREAM_CLOSED : Http2Error.PROTOCOL_ERROR,
                "a header section for stream %d, which is closed",
                id);
    }

    private boolean wasBegun(int id) {
        for (int one : begun) {
            if (one == id) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }
}
