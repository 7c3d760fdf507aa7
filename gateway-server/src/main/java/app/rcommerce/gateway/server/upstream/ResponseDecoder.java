package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.server.http1.FieldSection;
import app.rcommerce.gateway.server.http1.ShortContent;
import app.rcommerce.gateway.server.message.FieldLines;
import app.rcommerce.gateway.server.transport.HeadBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Netty's response decoder with knowledge of the requests. The response to a HEAD has no content (RFC 9112 §6.3), and
 * bytes that arrive while no request is under way belong to no response: they are dropped and noted, so that they
 * cannot become part of the next one. What cannot be understood, a status line or a framing that RFC 9112 does not
 * allow, becomes a message whose decoder result is a failure. Confined to the event loop of its connection.
 *
 * <p>A response that comes whole, and is written as nearly all are, is read by itself ({@link FieldSection}): what
 * comes out is the same, whichever way it goes.
 */
final class ResponseDecoder extends HttpResponseDecoder {

    /** The number of bytes in which a head is looked for that has come whole; most heads are shorter. */
    private static final int PIECE = 2048;

    private static final byte[] LINE_BEGIN = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);
    private static final int CODE_END = LINE_BEGIN.length + 3;

    /** The reading of a section has checked names and values already. */
    private static final HttpHeadersFactory FIELDS =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    private final FieldSection section;
    private final HeadBuffer scratch;
    private final int maxHead;

    private boolean toHead;
    /** Whether a request has been given to the socket whose response has not ended. */
    private boolean asked;

    private boolean interim;
    private boolean stray;
    private boolean switched;
    /** Whether Netty's decoder is within a response, or behind a switch of protocols. */
    private boolean within;

    /** A decoder that accepts heads of up to so many bytes, and reads them in the scratch space of the event loop. */
    ResponseDecoder(int maxHead, HeadBuffer scratch) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(maxHead)
                .setMaxHeaderSize(maxHead)
                .setStrictLineParsing(false)
                .setAllowDuplicateContentLengths(false));
        this.section = new FieldSection(maxHead, Integer.MAX_VALUE);
        this.scratch = scratch;
        this.maxHead = maxHead;
    }

    /** Announces the next response and whether it is to a HEAD; called before the request is sent. */
    void expect(boolean responseToHead) {
        this.toHead = responseToHead;
    }

    /** Called when the request is given to the socket: bytes that arrive from now on may be its response. */
    void asked() {
        this.asked = true;
    }

    /** Whether bytes have arrived that no request had asked for. */
    boolean isStray() {
        return stray;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (!asked) {
            stray |= buffer.isReadable();
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        int before = out.size();
        if (within || toHead || !takeWhole(buffer, out)) {
            within = true;
            super.decode(ctx, buffer, out);
        }
        for (int i = before; i < out.size(); i++) {
            Object object = out.get(i);
            if (object instanceof HttpResponse response) {
                interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
                switched |= response.status().code() == 101;
            }
            if (object instanceof LastHttpContent) {
                within = switched;
                asked &= interim;
            }
        }
    }

    /**
     * Takes a response off the buffer that is there in whole, short, and written as usual; takes nothing where it is
     * not, or cannot be understood.
     */
    private boolean takeWhole(ByteBuf buffer, List<Object> out) {
        int length = Math.min(PIECE, buffer.readableBytes());
        byte[] bytes = scratch.space(length);
        buffer.getBytes(buffer.readerIndex(), bytes, 0, length);
        int code = code(bytes, length);
        int reasonEnd = CODE_END + 1;
        while (reasonEnd < length && bytes[reasonEnd] >= ' ' && bytes[reasonEnd] < 0x7f) {
            reasonEnd++;
        }
        if (code < 200
                || code == 204
                || code == 304
                || reasonEnd + 1 >= length
                || bytes[reasonEnd] != '\r'
                || bytes[reasonEnd + 1] != '\n'
                || reasonEnd > maxHead) {
            return false;
        }
        String reason = new String(bytes, CODE_END + 1, reasonEnd - CODE_END - 1, StandardCharsets.ISO_8859_1);
        HttpHeaders fields = FIELDS.newHeaders();
        int end = section.read(bytes, reasonEnd + 2, length, fields);
        int content = section.contentLength();
        if (end == FieldSection.UNREAD
                || content == FieldSection.NO_LENGTH
                || content > ShortContent.MOST
                || content > buffer.readableBytes() - end
                || !reason.strip().equals(reason)) {
            return false;
        }
        out.add(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code, reason), fields));
        buffer.skipBytes(end);
        out.add(ShortContent.of(buffer, content));
        return true;
    }

    /** The status code of a line that begins as one of HTTP/1.1 does; -1 where it does not. */
    private static int code(byte[] bytes, int length) {
        if (length <= CODE_END
                || bytes[CODE_END] != ' '
                || !Arrays.equals(LINE_BEGIN, 0, LINE_BEGIN.length, bytes, 0, LINE_BEGIN.length)) {
            return -1;
        }
        int code = 0;
        for (int i = LINE_BEGIN.length; i < CODE_END; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return -1;
            }
            code = 10 * code + bytes[i] - '0';
        }
        return code;
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        String code = initialLine[1];
        if (!isVersion(initialLine[0]) || !isStatusCode(code) || hasControl(initialLine[2])) {
            throw new IllegalArgumentException(
                    "a status line that is none (expected: HTTP/1.1, three digits from 100, a reason)");
        }
        return super.createMessage(initialLine);
    }

    /**
     * Splits off the name of a field. White space between the name and the colon is removed (RFC 9112 §5.1); no more of
     * a name may follow it.
     */
    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        int at = start + length;
        while (at < line.length && (line[at] == ' ' || line[at] == '\t')) {
            at++;
        }
        if (at == line.length || line[at] != ':') {
            throw new IllegalArgumentException("a field name that holds white space, or a line without a colon");
        }
        return super.splitHeaderName(line, start, length);
    }

    private static boolean isVersion(String text) {
        return text.length() == 8 && text.startsWith("HTTP/1.") && isDigit(text.charAt(7));
    }

    /** Whether the text is a status code: three digits of which the first is not 0 (RFC 9110 §15). */
    private static boolean isStatusCode(String text) {
        return text.length() == 3
                && isDigit(text.charAt(0))
                && text.charAt(0) != '0'
                && isDigit(text.charAt(1))
                && isDigit(text.charAt(2));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean hasControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        checkFraming(message);
        return toHead || super.isContentAlwaysEmpty(message);
    }

    /**
     * Refuses framing that contradicts itself, and codings that we would have to undo or to announce in the origin's
     * stead (RFC 9112 §6.1, §6.3). Netty has found contradicting lengths by then.
     */
    private static void checkFraming(HttpMessage message) {
        HttpHeaders headers = message.headers();
        List<String> codings = FieldLines.of(headers, HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.isEmpty()) {
            return;
        }
        boolean chunked = codings.size() == 1
                && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                        codings.getFirst().trim());
        if (!chunked
                || headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                || !HttpVersion.HTTP_1_1.equals(message.protocolVersion())) {
            throw new IllegalArgumentException(
                    "a framing that contradicts itself, or a transfer coding other than chunked");
        }
        headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
}
