package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.http.FieldNames;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Authority;
import app.rcommerce.gateway.server.http1.HopByHop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/**
 * A decoded request that has passed the checks of framing and addressing which the decoder leaves to us: version, host,
 * target, transfer coding, expectations (RFC 9110 §7.2, §10.1.1; RFC 9112 §3.2, §6.1).
 *
 * @param netty the request as Netty decoded it
 * @param target its normalised target
 * @param host the host asked for, in lower case, without a port
 * @param authority the host with its port, in the form that the upstream receives
 * @param isWebSocketHandshake whether the client asks to go on with WebSocket (RFC 6455 §4.1)
 * @param headers its fields, without those of the client's connection
 */
record IncomingRequest(
        HttpRequest netty, Target target, String host, String authority, boolean isWebSocketHandshake, Headers headers)
        implements Request {

    @Override
    public String method() {
        return netty.method().name();
    }

    /** Whether the request may be repeated (RFC 9110 §9.2.2). */
    boolean isIdempotent() {
        return switch (method()) {
            case "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE" -> true;
            default -> false;
        };
    }

    /** Whether the client waits for leave before it sends content. */
    boolean expectsContinue() {
        return netty.headers().contains(HttpHeaderNames.EXPECT);
    }

    /** Checks a decoded request; throws {@link BadRequest} where it must be refused. */
    static IncomingRequest check(HttpRequest netty) {
        if (netty.decoderResult().isFailure()) {
            throw refusal(netty.decoderResult().cause());
        }
        HttpHeaders headers = netty.headers();
        boolean http11 = HttpVersion.HTTP_1_1.equals(netty.protocolVersion());
        if (!http11 && !HttpVersion.HTTP_1_0.equals(netty.protocolVersion())) {
            throw new BadRequest(505, "VERSION_NOT_SUPPORTED", "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
        }
        if (!FieldNames.isToken(netty.method().name())) {
            throw BadRequest.malformed("a method that is not a token");
        }
        if (hasLowerCase(netty.method().name())) {
            throw BadRequest.malformed(
                    "a method in lower case, which another server might take for the one in upper case");
        }
        if (netty.method().equals(HttpMethod.CONNECT)) {
            throw new BadRequest(501, "METHOD_NOT_IMPLEMENTED", "CONNECT is not supported here.");
        }
        checkFraming(headers);
        if (!http11) {
            // RFC 9110 §10.1.1: from a client of HTTP/1.0 it means nothing.
            headers.remove(HttpHeaderNames.EXPECT);
        }
        checkExpectation(headers);
        Authority authority = Authority.parse(authority(netty, headers, http11));
        if (authority == null || (http11 && authority.host().isEmpty())) {
            throw BadRequest.malformed("a host that is none");
        }
        Target target = Paths.parse(netty.uri());
        if (target == null) {
            throw BadRequest.malformed("a target that is not a path, or that can be read in two ways");
        }
        boolean webSocket = http11 && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        // From here on nobody sees what belonged to the client's connection.
        HopByHop.remove(headers);
        return new IncomingRequest(
                netty, target, authority.host(), authority.toString(), webSocket, new NettyHeaders(headers));
    }

    private static boolean hasLowerCase(String method) {
        for (int i = 0; i < method.length(); i++) {
            if (method.charAt(i) >= 'a' && method.charAt(i) <= 'z') {
                return true;
            }
        }
        return false;
    }

    private static BadRequest refusal(Throwable cause) {
        return cause instanceof BadRequest bad
                ? bad
                : BadRequest.malformed("its framing is contradictory or unreadable");
    }

    private static void checkFraming(HttpHeaders headers) {
        // Netty's decoder expects eight bytes of content behind this field of a forgotten protocol; no upstream does.
        if (headers.contains(Names.SEC_WEBSOCKET_KEY1)) {
            throw BadRequest.malformed("an obsolete handshake");
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.isEmpty()) {
            return;
        }
        if (codings.size() > 1
                || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                        codings.getFirst().trim())) {
            throw new BadRequest(501, "CODING_NOT_IMPLEMENTED", "The only transfer coding supported is chunked.");
        }
        // In the one spelling that every server knows.
        headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }

    private static void checkExpectation(HttpHeaders headers) {
        for (String expectation : headers.getAll(HttpHeaderNames.EXPECT)) {
            if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation.trim())) {
                throw new BadRequest(417, "EXPECTATION_FAILED", "The only expectation met is 100-continue.");
            }
        }
    }

    private static String authority(HttpRequest netty, HttpHeaders headers, boolean http11) {
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
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
