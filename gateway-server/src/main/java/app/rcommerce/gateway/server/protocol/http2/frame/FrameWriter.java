package app.rcommerce.gateway.server.protocol.http2.frame;

import app.rcommerce.gateway.server.transport.Outbox;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameSizePolicy;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.collection.CharObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * The writer of one connection's frames (RFC 9113 §4.1, §6): it puts small frames, whatever stream they belong to, one
 * behind the other into one buffer, which is handed to the channel when it is flushed. A frame counts as written once
 * it lies there: what then goes wrong ends the connection. Confined to its event loop.
 */
public final class FrameWriter implements Http2FrameWriter, Http2FrameWriter.Configuration, Http2FrameSizePolicy {

    /** What is told of frames that are written. */
    public interface Observer {

        /** Something was written that has to be flushed. */
        void written();

        /** So many bytes of a stream's content were written; {@code last} marks the last ones. */
        void dataWritten(int stream, int bytes, boolean last);
    }

    private static final int HEADER = 9;
    /** Content up to this size is copied behind its header, in bytes; larger content is passed on as it is. */
    private static final int SMALL = 2048;

    private static final int BUFFER = 8 * 1024;
    private static final int LEAST_FRAME = 16 * 1024;
    private static final int MOST_FRAME = (1 << 24) - 1;

    private final Observer observer;
    private final DefaultHttp2HeadersEncoder headersEncoder;
    private int maxFrameSize = LEAST_FRAME;
    private @Nullable ByteBuf pending;

    public FrameWriter(Http2HeadersEncoder.SensitivityDetector sensitive, Observer observer) {
        this.observer = observer;
        // The size of a header section that clients announce is advice: a section beyond it is sent all the same.
        this.headersEncoder = new DefaultHttp2HeadersEncoder(sensitive, true);
    }

    private ByteBuf room(ChannelHandlerContext ctx, int bytes) {
        ByteBuf buffer = pending;
        if (buffer != null && buffer.writableBytes() < bytes) {
            settle(ctx);
            buffer = null;
        }
        if (buffer == null) {
            buffer = Outbox.room(ctx.alloc(), Math.max(BUFFER, bytes));
            pending = buffer;
        }
        observer.written();
        return buffer;
    }

    /** Hands what was put together to the channel, without flushing. */
    public void settle(ChannelHandlerContext ctx) {
        ByteBuf buffer = pending;
        if (buffer != null) {
            pending = null;
            ctx.write(buffer, ctx.voidPromise());
        }
    }

    /** Releases what was not handed over, since the connection has ended. */
    @Override
    public void close() {
        drop();
        headersEncoder.close();
    }

    /** Releases what was written although the connection has ended already. */
    public void drop() {
        ByteBuf buffer = pending;
        if (buffer != null) {
            pending = null;
            buffer.release();
        }
    }

    private static void header(ByteBuf to, int length, int type, int flags, int stream) {
        to.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
    }

    @Override
    public ChannelFuture writeData(
            ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean last, ChannelPromise promise) {
        int size = data.readableBytes();
        int left = size;
        int flags = last ? Http2Flags.END_STREAM : 0;
        if (left <= SMALL) {
            ByteBuf to = room(ctx, HEADER + left);
            header(to, left, Http2FrameTypes.DATA, flags, stream);
            to.writeBytes(data);
            data.release();
        } else {
            while (left > maxFrameSize) {
                header(room(ctx, HEADER), maxFrameSize, Http2FrameTypes.DATA, 0, stream);
                settle(ctx);
                ctx.write(data.readRetainedSlice(maxFrameSize), ctx.voidPromise());
                left -= maxFrameSize;
            }
            header(room(ctx, HEADER), left, Http2FrameTypes.DATA, flags, stream);
            settle(ctx);
            ctx.write(data, ctx.voidPromise());
        }
        observer.dataWritten(stream, size, last);
        return ctx.newSucceededFuture();
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext ctx,
            int stream,
            Http2Headers headers,
            int padding,
            boolean last,
            ChannelPromise promise) {
        ByteBuf to = room(ctx, SMALL);
        int start = to.writerIndex();
        to.writeZero(HEADER);
        try {
            headersEncoder.encodeHeaders(stream, headers, to);
        } catch (Http2Exception | RuntimeException e) {
            to.writerIndex(start);
            return ctx.newFailedFuture(e);
        }
        int length = to.writerIndex() - start - HEADER;
        int flags = last ? Http2Flags.END_STREAM : 0;
        if (length <= maxFrameSize) {
            to.setMedium(start, length)
                    .setByte(start + 3, Http2FrameTypes.HEADERS)
                    .setByte(start + 4, flags | Http2Flags.END_HEADERS)
                    .setInt(start + 5, stream);
        } else {
            split(to, start, length, flags, stream);
        }
        return ctx.newSucceededFuture();
    }

    /** Splits a header section that is too large for one frame into several (RFC 9113 §6.10). */
    private void split(ByteBuf to, int start, int length, int flags, int stream) {
        byte[] section = new byte[length];
        to.getBytes(start + HEADER, section);
        to.writerIndex(start);
        for (int at = 0; at < length; at += maxFrameSize) {
            int size = Math.min(maxFrameSize, length - at);
            int end = at + size == length ? Http2Flags.END_HEADERS : 0;
            int type = at == 0 ? Http2FrameTypes.HEADERS : Http2FrameTypes.CONTINUATION;
            header(to, size, type, at == 0 ? flags | end : end, stream);
            to.writeBytes(section, at, size);
        }
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext ctx,
            int stream,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean last,
            ChannelPromise promise) {
        return writeHeaders(ctx, stream, headers, padding, last, promise);
    }

    @Override
    public ChannelFuture writeRstStream(ChannelHandlerContext ctx, int stream, long error, ChannelPromise promise) {
        ByteBuf to = room(ctx, HEADER + 4);
        header(to, 4, Http2FrameTypes.RST_STREAM, 0, stream);
        to.writeInt((int) error);
        return ctx.newSucceededFuture();
    }

    @Override
    public ChannelFuture writeSettings(ChannelHandlerContext ctx, Http2Settings settings, ChannelPromise promise) {
        int length = 6 * settings.size();
        ByteBuf to = room(ctx, HEADER + length);
        header(to, length, Http2FrameTypes.SETTINGS, 0, 0);
        for (CharObjectMap.PrimitiveEntry<Long> entry : settings.entries()) {
            to.writeShort(entry.key()).writeInt(entry.value().intValue());
        }
        return ctx.newSucceededFuture();
    }

    @Override
    public ChannelFuture writeSettingsAck(ChannelHandlerContext ctx, ChannelPromise promise) {
        header(room(ctx, HEADER), 0, Http2FrameTypes.SETTINGS, Http2Flags.ACK, 0);
        return ctx.newSucceededFuture();
    }

    @Override
    public ChannelFuture writePing(ChannelHandlerContext ctx, boolean ack, long data, ChannelPromise promise) {
        ByteBuf to = room(ctx, HEADER + 8);
        header(to, 8, Http2FrameTypes.PING, ack ? Http2Flags.ACK : 0, 0);
        to.writeLong(data);
        return ctx.newSucceededFuture();
    }

    @Override
    public ChannelFuture writeGoAway(
            ChannelHandlerContext ctx, int lastStream, long error, ByteBuf debug, ChannelPromise promise) {
        ByteBuf to = room(ctx, HEADER + 8 + debug.readableBytes());
        header(to, 8 + debug.readableBytes(), Http2FrameTypes.GO_AWAY, 0, 0);
        to.writeInt(lastStream).writeInt((int) error).writeBytes(debug);
        debug.release();
        return ctx.newSucceededFuture();
    }

    @Override
    public ChannelFuture writeWindowUpdate(
            ChannelHandlerContext ctx, int stream, int increment, ChannelPromise promise) {
        ByteBuf to = room(ctx, HEADER + 4);
        header(to, 4, Http2FrameTypes.WINDOW_UPDATE, 0, stream);
        to.writeInt(increment);
        return ctx.newSucceededFuture();
    }

    @Override
    public ChannelFuture writePriority(
            ChannelHandlerContext ctx,
            int stream,
            int dependency,
            short weight,
            boolean exclusive,
            ChannelPromise promise) {
        return ctx.newFailedFuture(new UnsupportedOperationException("servers send no PRIORITY"));
    }

    @Override
    public ChannelFuture writePushPromise(
            ChannelHandlerContext ctx,
            int stream,
            int promised,
            Http2Headers headers,
            int padding,
            ChannelPromise promise) {
        return ctx.newFailedFuture(new UnsupportedOperationException("nothing is pushed"));
    }

    @Override
    public ChannelFuture writeFrame(
            ChannelHandlerContext ctx,
            byte type,
            int stream,
            Http2Flags flags,
            ByteBuf payload,
            ChannelPromise promise) {
        payload.release();
        return ctx.newFailedFuture(new UnsupportedOperationException("only frames of RFC 9113 are sent"));
    }

    @Override
    public Configuration configuration() {
        return this;
    }

    @Override
    public Http2HeadersEncoder.Configuration headersConfiguration() {
        return headersEncoder.configuration();
    }

    @Override
    public Http2FrameSizePolicy frameSizePolicy() {
        return this;
    }

    @Override
    public void maxFrameSize(int max) throws Http2Exception {
        if (max < LEAST_FRAME || max > MOST_FRAME) {
            throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "a frame size out of its bounds: %d", max);
        }
        // Larger frames would let one stream hold up the others.
        maxFrameSize = Math.min(max, LEAST_FRAME);
    }

    @Override
    public int maxFrameSize() {
        return maxFrameSize;
    }
}
