package app.rcommerce.gateway.server.protocol.http1.decode;

import app.rcommerce.gateway.server.http1.FieldSection;
import app.rcommerce.gateway.server.http1.ShortContent;
import app.rcommerce.gateway.server.message.BadRequest;
import app.rcommerce.gateway.server.message.Statuses.Fault;
import app.rcommerce.gateway.server.transport.HeadBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's request decoder behind a strict reading of each head: the bytes are handed over only once the whole head has
 * arrived and {@link HeadScanner} has accepted it. A refused head becomes one request whose decoder result carries a
 * {@link BadRequest}; nothing after it is read. What follows a WebSocket handshake is held, and never read as a
 * request: it goes to whatever comes after this handler once that is removed, or is dropped.
 *
 * <p>A request that comes whole, and is written as nearly all are, is read once and by itself ({@link FieldSection}):
 * what comes out is the same, whichever way it goes.
 *
 * <p>Earned by {@code RequestDecoderBenchmark}.
 */
public final class RequestDecoder extends HttpRequestDecoder {

    /** The slack of Netty's bounds over the gateway's own, so that the gateway's are reached first. */
    private static final int SLACK = 1024;

    /** The number of bytes that are scanned at once; most heads are shorter. */
    private static final int PIECE = 2048;

    /** The octets behind the target in a request line of HTTP/1.1. */
    private static final byte[] LINE_END = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The scanner, or the reading of a section, has checked names and values already. */
    private static final HttpHeadersFactory FIELDS =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    /** The most bytes that are held behind a WebSocket handshake: a client has to wait there (RFC 6455 §4.1). */
    private static final int MOST_HELD = 16 * 1024;

    /** What the handlers behind this one are told beside what is decoded. */
    public enum Event {
        /** The client has sent more behind a handshake than is held. */
        TOO_MUCH_HELD
    }

    private final HeadScanner scanner;
    private final FieldSection section;
    private final int maxRequestLine;
    private final HeadBuffer scratch;
    private int scanned;
    private boolean atHead = true;
    private boolean refused;
    /** Whether the request asks for WebSocket, and whether all of it has been decoded: HTTP may end behind it. */
    private boolean upgrading;

    private boolean holding;

    /** A decoder of heads up to these sizes in bytes, which are scanned in the scratch space of the event loop. */
    public RequestDecoder(int maxRequestLine, int maxHeaderSize, int maxFields, HeadBuffer scratch) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(maxRequestLine + SLACK)
                .setMaxHeaderSize(maxHeaderSize + SLACK)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setAllowDuplicateContentLengths(false)
                .setHeadersFactory(FIELDS));
        this.scratch = scratch;
        this.maxRequestLine = maxRequestLine;
        this.section = new FieldSection(maxHeaderSize, maxFields);
        this.scanner = new HeadScanner(maxRequestLine, maxHeaderSize, maxFields);
    }

    /** Whether a part of a head has arrived and the rest has not. */
    public boolean isMidHead() {
        return atHead && scanned > 0;
    }

    /** Whether bytes are held that have come behind a WebSocket handshake. */
    public boolean isHolding() {
        return holding && actualReadableBytes() > 0;
    }

    /** Drops what is held and what still comes. */
    public void giveUp() {
        refused = true;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (holding) {
            if (buffer.readableBytes() > MOST_HELD) {
                refused = true;
                ctx.fireUserEventTriggered(Event.TOO_MUCH_HELD);
            }
            return;
        }
        int before = out.size();
        if (!atHead || scanned > 0 || !takeWhole(buffer, out)) {
            if (atHead && !headAccepted(buffer, out)) {
                return;
            }
            super.decode(ctx, buffer, out);
        }
        for (int i = before; i < out.size(); i++) {
            if (out.get(i) instanceof HttpRequest request) {
                upgrading = request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
            }
            if (out.get(i) instanceof HttpObject object
                    && object.decoderResult().isFailure()) {
                refused = true;
            } else if (out.get(i) instanceof LastHttpContent) {
                atHead = true;
                holding = upgrading;
            }
        }
    }

    /**
     * Takes a request off the buffer that is there in whole, short, and written as usual; takes nothing where it is
     * not, or has to be refused.
     */
    private boolean takeWhole(ByteBuf buffer, List<Object> out) {
        int length = Math.min(PIECE, buffer.readableBytes());
        byte[] bytes = scratch.space(length);
        buffer.getBytes(buffer.readerIndex(), bytes, 0, length);
        HttpMethod method = method(bytes, length);
        if (method == null) {
            return false;
        }
        int targetAt = method.asciiName().length() + 1;
        int targetEnd = targetAt;
        while (targetEnd < length && bytes[targetEnd] > ' ' && bytes[targetEnd] < 0x7f) {
            targetEnd++;
        }
        int lineEnd = targetEnd + LINE_END.length;
        if (targetEnd == targetAt || lineEnd - 2 > maxRequestLine || !isAt(LINE_END, bytes, targetEnd, length)) {
            return false;
        }
        HttpHeaders fields = FIELDS.newHeaders();
        int end = section.read(bytes, lineEnd, length, fields);
        int content = Math.max(0, section.contentLength());
        if (end == FieldSection.UNREAD || content > ShortContent.MOST || content > buffer.readableBytes() - end) {
            return false;
        }
        String target = new String(bytes, targetAt, targetEnd - targetAt, StandardCharsets.ISO_8859_1);
        out.add(new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, target, fields));
        buffer.skipBytes(end);
        out.add(ShortContent.of(buffer, content));
        return true;
    }

    /** The method with which the bytes begin, where it is one of the usual ones and a space follows; else null. */
    private static @Nullable HttpMethod method(byte[] bytes, int length) {
        HttpMethod method = switch (length == 0 ? 0 : bytes[0]) {
            case 'G' -> HttpMethod.GET;
            case 'P' -> length < 2 || bytes[1] == 'O' ? HttpMethod.POST : HttpMethod.PUT;
            case 'H' -> HttpMethod.HEAD;
            case 'D' -> HttpMethod.DELETE;
            case 'O' -> HttpMethod.OPTIONS;
            default -> null;
        };
        if (method == null) {
            return null;
        }
        byte[] name = method.asciiName().array();
        return isAt(name, bytes, 0, length) && name.length < length && bytes[name.length] == ' ' ? method : null;
    }

    private static boolean isAt(byte[] text, byte[] bytes, int at, int length) {
        int end = at + text.length;
        return end <= length && Arrays.equals(text, 0, text.length, bytes, at, end);
    }

    private boolean headAccepted(ByteBuf buffer, List<Object> out) {
        switch (scan(buffer)) {
            case COMPLETE -> {
                scanned = 0;
                scanner.reset();
                atHead = false;
                return true;
            }
            case INCOMPLETE -> scanned = buffer.readableBytes();
            case LINE_TOO_LONG ->
                refuse(buffer, out, new BadRequest(Fault.TARGET_TOO_LONG, "The request line is too long."));
            case HEADERS_TOO_LARGE ->
                refuse(
                        buffer,
                        out,
                        new BadRequest(
                                Fault.FIELDS_TOO_LARGE, "The header section is too large, or has too many fields."));
            case MALFORMED -> refuse(buffer, out, BadRequest.malformed(scanner.reason()));
        }
        return false;
    }

    /** Scans the buffer piece by piece, so that content behind the head is not copied in vain. */
    private HeadScanner.Result scan(ByteBuf buffer) {
        int at = buffer.readerIndex() + scanned;
        HeadScanner.Result result;
        do {
            int length = Math.min(PIECE, buffer.writerIndex() - at);
            byte[] bytes = scratch.space(length);
            buffer.getBytes(at, bytes, 0, length);
            result = scanner.scan(bytes, length);
            at += length;
        } while (result == HeadScanner.Result.INCOMPLETE && at < buffer.writerIndex());
        return result;
    }

    private void refuse(ByteBuf buffer, List<Object> out, BadRequest cause) {
        refused = true;
        buffer.skipBytes(buffer.readableBytes());
        DefaultHttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.setDecoderResult(DecoderResult.failure(cause));
        out.add(request);
    }
}
