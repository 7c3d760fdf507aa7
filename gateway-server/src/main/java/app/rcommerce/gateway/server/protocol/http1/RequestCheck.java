package app.rcommerce.gateway.server.protocol.http1;

import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Authority;
import app.rcommerce.gateway.server.exchange.IncomingRequest;
import app.rcommerce.gateway.server.message.BadRequest;
import app.rcommerce.gateway.server.message.FieldLines;
import app.rcommerce.gateway.server.message.HopByHop;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.message.Statuses.Fault;
import app.rcommerce.gateway.server.protocol.RequestRules;
import app.rcommerce.gateway.server.transport.Peer;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/**
 * The checks of a request's framing and addressing that the decoder does not make: version, host, target, transfer
 * coding, expectations (RFC 9110 §7.2, §10.1.1; RFC 9112 §3.2, §6.1). Stateless.
 */
final class RequestCheck {

    private RequestCheck() {}

    /** Checks a decoded request; throws {@link BadRequest} where it must be refused. */
    static IncomingRequest check(HttpRequest netty, Peer peer) {
        if (netty.decoderResult().isFailure()) {
            throw refusal(netty.decoderResult().cause());
        }
        HttpHeaders headers = netty.headers();
        boolean http11 = HttpVersion.HTTP_1_1.equals(netty.protocolVersion());
        if (!http11 && !HttpVersion.HTTP_1_0.equals(netty.protocolVersion())) {
            throw new BadRequest(Fault.VERSION, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
        }
        RequestRules.checkMethod(netty.method());
        boolean chunked = isChunked(headers);
        if (!http11) {
            // RFC 9110 §10.1.1: from a client of HTTP/1.0 it means nothing.
            headers.remove(HttpHeaderNames.EXPECT);
        }
        RequestRules.checkExpectation(headers);
        Authority authority = RequestRules.authority(authority(netty, headers, http11), http11, peer.tls());
        Target target = RequestRules.target(netty.uri());
        boolean webSocket = http11 && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        if (webSocket) {
            checkHandshake(netty, headers, chunked);
        }
        // From here on the fields of the client's connection are gone.
        HopByHop.remove(headers);
        RequestHead head = new RequestHead(
                netty.method(),
                peer.scheme(),
                authority.toString(),
                target.toString(),
                headers,
                http11 ? ProtocolVersion.HTTP_1_1 : ProtocolVersion.HTTP_1_0,
                chunked ? -1 : HttpUtil.getContentLength(netty, 0L));
        return new IncomingRequest(head, target, authority.host(), webSocket);
    }

    private static BadRequest refusal(Throwable cause) {
        return cause instanceof BadRequest bad
                ? bad
                : BadRequest.malformed("its framing is contradictory or unreadable");
    }

    /** Whether the content is chunked. Removes the field, since whoever writes the message frames it anew. */
    private static boolean isChunked(HttpHeaders headers) {
        RequestRules.checkHandshakes(headers);
        List<String> codings = FieldLines.of(headers, HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.isEmpty()) {
            return false;
        }
        if (codings.size() > 1
                || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                        codings.getFirst().trim())) {
            throw new BadRequest(Fault.CODING, "The only transfer coding supported is chunked.");
        }
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
        return true;
    }

    /**
     * Checks of a WebSocket handshake what policies do not see (RFC 6455 §4.1): that the field {@code Upgrade} is the
     * client's own (RFC 9110 §7.8), and that no content could be taken for frames.
     */
    private static void checkHandshake(HttpRequest netty, HttpHeaders headers, boolean chunked) {
        if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
            throw BadRequest.malformed("an Upgrade that Connection does not name");
        }
        if (chunked || HttpUtil.getContentLength(netty, 0L) > 0) {
            throw BadRequest.malformed("a WebSocket handshake with content");
        }
    }

    private static String authority(HttpRequest netty, HttpHeaders headers, boolean http11) {
        List<String> hosts = FieldLines.of(headers, HttpHeaderNames.HOST);
        if (hosts.size() > 1) {
            throw BadRequest.malformed("more than one Host");
        }
        if (hosts.isEmpty() && http11) {
            throw BadRequest.malformed("no Host");
        }
        String inTarget = Paths.authority(netty.uri());
        if (inTarget != null) {
            // RFC 9112 §3.2.2: the target's authority replaces the field.
            return inTarget;
        }
        return hosts.isEmpty() ? "" : hosts.getFirst();
    }
}
