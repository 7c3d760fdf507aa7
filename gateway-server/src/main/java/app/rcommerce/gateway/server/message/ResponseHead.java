package app.rcommerce.gateway.server.message;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * The head of an answer, final or interim, on either side of the gateway (RFC 9110 §6.2). Its fields hold neither those
 * of a connection nor a transfer coding. For one event loop.
 *
 * @param status the status code, with the phrase that HTTP/1.1 sends behind it
 * @param fields the header fields; they may be changed
 * @param version in which the answer was received
 */
public record ResponseHead(HttpResponseStatus status, HttpHeaders fields, ProtocolVersion version) {

    /** The status code. */
    public int code() {
        return status.code();
    }

    /** Whether no content can follow the answer (RFC 9110 §6.4.1). */
    public boolean isContentless(boolean toHead) {
        return toHead || code() < 200 || code() == 204 || code() == 304;
    }

    /** How long the content is by its field, in bytes; -1 where it does not say. */
    public long contentLength() {
        String length = fields.get(HttpHeaderNames.CONTENT_LENGTH);
        if (length == null) {
            return -1;
        }
        try {
            return Long.parseLong(length.trim());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
