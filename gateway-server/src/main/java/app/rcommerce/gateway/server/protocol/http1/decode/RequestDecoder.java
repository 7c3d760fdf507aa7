package app.rcommerce.gateway.server.protocol.http1.decode;

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
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Netty's request decoder behind a strict reading of each head: the bytes are handed over only once the whole head has
 * arrived and {@link HeadScanner} has accepted it. A refused head becomes one request whose decoder result carries a
 * {@link BadRequest}; nothing after it is read. What follows a WebSocket handshake is held, and never read as a
 * request: it goes to whatever comes after this handler once that is removed, or is dropped.
 */
public final class RequestDecoder extends HttpRequestDecoder {

    /** The slack of Netty's bounds over the gateway's own, so that the gateway's are reached first. */
    private static final int SLACK = 1024;

    /** The number of bytes that are scanned at once; most heads are shorter. */
    private static final int PIECE = 2048;

    /** The most bytes that are held behind a WebSocket handshake: a client has to wait there (RFC 6455 §4.1). */
    private static final int MOST_HELD = 16 * 1024;

    /** What the handlers behind this one are told beside what is decoded. */
    public enum Event {
        /** The client has sent more behind a handshake than is held. */
        TOO_MUCH_HELD
    }

    private final HeadScanner scanner;
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
                // The scanner has checked names and values already.
                .setHeadersFactory(DefaultHttpHeadersFactory.headersFactory().withValidation(false)));
        this.scratch = scratch;
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
        if (atHead && !headAccepted(buffer, out)) {
            return;
        }
        int before = out.size();
        super.decode(ctx, buffer, out);
        for (int i = before; i < out.size(); i++) {
            if (out.get(i) instanceof HttpRequest request) {
                upgrading = request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
            }
            if (out.get(i) instanceof LastHttpContent) {
                atHead = true;
                holding = upgrading;
            } else if (out.get(i) instanceof HttpObject object
                    && object.decoderResult().isFailure()) {
                refused = true;
            }
        }
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
