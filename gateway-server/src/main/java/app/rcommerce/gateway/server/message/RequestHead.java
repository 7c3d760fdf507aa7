package app.rcommerce.gateway.server.message;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

/**
 * The head of a request, on either side of the gateway (RFC 9110 §6.2). Its fields hold neither those of a connection
 * nor a transfer coding: how content is framed is decided by who writes it. Netty's map of fields is used for every
 * version. For one event loop.
 *
 * @param method the method
 * @param scheme {@code http} or {@code https}: how the request reached us
 * @param authority the host asked for with its port; empty where there is none
 * @param target in origin form
 * @param fields the header fields; they may be changed
 * @param version in which the request was received
 * @param length of the content in bytes; 0 where there is none, -1 where only its end will tell
 */
public record RequestHead(
        HttpMethod method,
        String scheme,
        String authority,
        String target,
        HttpHeaders fields,
        ProtocolVersion version,
        long length) {

    /** Whether content follows. */
    public boolean hasContent() {
        return length != 0;
    }
}
