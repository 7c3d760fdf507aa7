package app.rcommerce.gateway.server.http1;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.message.Statuses;
import app.rcommerce.gateway.server.transport.HeadBuffer;
import app.rcommerce.gateway.server.transport.Outbox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The writer of one connection's HTTP/1.1 messages (RFC 9112): it puts a head and the small content behind it into one
 * buffer, so that most messages are one write, and flushes at the end of the event loop's turn. Confined to that loop.
 *
 * <p>Measured by {@code MessageWriterBenchmark}.
 */
public final class MessageWriter implements Outbox.Pending {

    /** Content up to this size is copied behind its head, in bytes; larger content is passed on as it is. */
    private static final int SMALL = 2048;

    private static final AsciiString HTTP_11 = AsciiString.cached("HTTP/1.1 ");
    private static final AsciiString REQUEST_END = AsciiString.cached(" HTTP/1.1\r\n");
    private static final AsciiString LAST_CHUNK = AsciiString.cached("0\r\n");

    private final Channel channel;
    private final Outbox outbox;
    private final HeadBuffer heads;
    private final Runnable flushing;
    private @Nullable ByteBuf pending;
    private boolean unflushed;
    private boolean chunked;
    private boolean contentless;
    private long handedOver;

    /** A writer for the channel, with the outbox of its event loop. */
    public MessageWriter(Channel channel, Outbox outbox) {
        this(channel, outbox, () -> {});
    }

    /** As above; {@code flushing} runs each time before what was written is given to the socket. */
    public MessageWriter(Channel channel, Outbox outbox, Runnable flushing) {
        this.channel = channel;
        this.flushing = flushing;
        this.outbox = outbox;
        this.heads = outbox.heads();
    }

    /** The outbox of the event loop. */
    public Outbox outbox() {
        return outbox;
    }

    /** Writes the head of a request; content of unknown length is chunked. */
    public void request(RequestHead request) {
        heads.clear()
                .text(request.method().asciiName())
                .octet(' ')
                .text(request.target())
                .text(REQUEST_END);
        fields(request.fields());
        chunked = request.length() < 0;
        if (chunked) {
            heads.field(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        heads.endLine();
        contentless = false;
        begin(request.hasContent() ? SMALL : 0);
    }

    /**
     * Writes the head of a response; to a HEAD it is the whole of it.
     *
     * @param connection the field {@code Connection}; null for none
     * @param unsizedChunked whether content whose length the head does not say is chunked; else it ends with the
     *     connection
     */
    public void response(
            ResponseHead response, @Nullable CharSequence connection, boolean toHead, boolean unsizedChunked) {
        HttpHeaders headers = response.fields();
        int code = response.code();
        if (code < 200 || code == 204) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        } else if (code == 205) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, "0");
        }
        status(response.status());
        fields(headers);
        if (connection != null) {
            heads.field(HttpHeaderNames.CONNECTION, connection);
        }
        contentless = toHead || Statuses.isContentless(code);
        chunked = unsizedChunked && !contentless && !headers.contains(HttpHeaderNames.CONTENT_LENGTH);
        if (chunked) {
            heads.field(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        heads.endLine();
        begin(contentless ? 0 : SMALL);
    }

    /** Writes an interim response (RFC 9110 §15.2). */
    public void interim(ResponseHead response) {
        response(response, null, false, false);
    }

    /**
     * Writes a whole response of our own; to a HEAD without its content.
     *
     * @param connection the field {@code Connection}; null for none
     * @throws IllegalArgumentException where a field holds what no field can, naming it; nothing is written then
     */
    public void reply(Reply reply, @Nullable CharSequence connection, boolean toHead) {
        putTogether(reply, connection);
        byte[] body = reply.body();
        boolean empty = toHead || Statuses.isContentless(reply.status());
        boolean small = body.length <= SMALL;
        if (!empty && small) {
            heads.octets(body);
        }
        begin(0);
        if (!empty && !small) {
            put(Unpooled.wrappedBuffer(body));
        }
        chunked = false;
        contentless = true;
    }

    /**
     * Writes the head of a whole response of our own; its content, if it has any, follows as {@link #content}.
     *
     * @param connection the field {@code Connection}; null for none
     * @throws IllegalArgumentException where a field holds what no field can, naming it; nothing is written then
     */
    public void replyHead(Reply reply, @Nullable CharSequence connection, boolean toHead) {
        putTogether(reply, connection);
        int length = reply.body().length;
        boolean empty = toHead || Statuses.isContentless(reply.status()) || length == 0;
        begin(empty || length > SMALL ? 0 : length);
        chunked = false;
        contentless = empty;
    }

    private void putTogether(Reply reply, @Nullable CharSequence connection) {
        status(HttpResponseStatus.valueOf(reply.status()));
        List<Field> fields = reply.fields();
        for (int i = 0; i < fields.size(); i++) {
            checked(fields.get(i));
        }
        if (reply.status() != 304 && reply.status() != 204) {
            heads.field(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(reply.body().length));
        }
        if (connection != null) {
            heads.field(HttpHeaderNames.CONNECTION, connection);
        }
        heads.endLine();
    }

    private void checked(Field field) {
        int nameAt = heads.length();
        heads.text(field.name());
        int valueAt = heads.length();
        heads.octet(':').octet(' ').text(field.value());
        if (!heads.isToken(nameAt, valueAt) || heads.hasControl(valueAt)) {
            throw new IllegalArgumentException(
                    "a field " + field.name().replaceAll("[^!-~]", "?") + " of " + (heads.length() - valueAt)
                            + " bytes (expected: a token, and a value without control characters)");
        }
        heads.endLine();
    }

    private void status(HttpResponseStatus status) {
        heads.clear()
                .text(HTTP_11)
                .text(status.codeAsText())
                .octet(' ')
                .text(status.reasonPhrase())
                .endLine();
    }

    private void fields(HttpHeaders headers) {
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            heads.field(field.getKey(), field.getValue());
        }
    }

    /**
     * Writes some content of the message whose head was written last, and releases it.
     *
     * @param trailers the message's trailers, where this is the last of its content; else null
     */
    public void content(ByteBuf content, @Nullable HttpHeaders trailers) {
        if (contentless) {
            content.release();
            return;
        }
        int size = content.readableBytes();
        if (!chunked) {
            put(content);
            return;
        }
        if (size > 0) {
            heads.clear().hex(size).endLine();
            append();
        }
        put(content);
        heads.clear();
        if (size > 0) {
            heads.endLine();
        }
        if (trailers != null) {
            heads.text(LAST_CHUNK);
            fields(trailers);
            heads.endLine();
        }
        if (heads.length() > 0) {
            append();
        }
    }

    /** Begins a new buffer for the head, with room for so many more bytes. */
    private void begin(int room) {
        settle();
        ByteBuf buffer = Outbox.room(channel.alloc(), heads.length() + room);
        heads.writeTo(buffer);
        pending = buffer;
    }

    /** Appends the head that was put together behind what was written last. */
    private void append() {
        ByteBuf buffer = pending;
        if (buffer == null || buffer.maxFastWritableBytes() < heads.length()) {
            begin(SMALL);
        } else {
            heads.writeTo(buffer);
        }
    }

    private void put(ByteBuf data) {
        int size = data.readableBytes();
        ByteBuf buffer = pending;
        if (size == 0) {
            data.release();
        } else if (buffer != null && size <= SMALL && size <= buffer.maxFastWritableBytes()) {
            buffer.writeBytes(data);
            data.release();
        } else {
            settle();
            handedOver += size;
            channel.write(data, channel.voidPromise());
        }
    }

    /** Flushes what was written at the end of the event loop's turn. */
    public void flush() {
        if (!unflushed) {
            unflushed = true;
            outbox.add(this);
        }
    }

    @Override
    public void flushNow() {
        unflushed = false;
        flushing.run();
        settle();
        channel.flush();
    }

    /** Hands what was put together to the channel, without flushing. */
    public void settle() {
        ByteBuf buffer = pending;
        if (buffer != null) {
            pending = null;
            handedOver += buffer.readableBytes();
            channel.write(buffer, channel.voidPromise());
        }
    }

    /** About how many bytes of all that was handed to the channel the socket has taken. */
    public long taken() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        // What waits counts for more than its bytes, by what the channel needs to keep it.
        return waiting == null ? handedOver : Math.max(0, handedOver - waiting.totalPendingWriteBytes());
    }

    /** Releases what was not handed over, since the connection has ended. */
    public void drop() {
        ByteBuf buffer = pending;
        if (buffer != null) {
            pending = null;
            buffer.release();
        }
    }
}
