package app.rcommerce.gateway.server.protocol.http2.field;

import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Authority;
import app.rcommerce.gateway.server.exchange.IncomingRequest;
import app.rcommerce.gateway.server.message.BadRequest;
import app.rcommerce.gateway.server.message.HopByHop;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.message.Statuses.Fault;
import app.rcommerce.gateway.server.protocol.RequestRules;
import app.rcommerce.gateway.server.transport.Peer;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import org.jspecify.annotations.Nullable;

/**
 * Makes a request of a header section (RFC 9113 §8.3.1). What breaks the rules of HTTP/2 is a stream error; what breaks
 * those of every version is refused with a status, as in HTTP/1.1. Stateless.
 */
public final class RequestReader {

    private RequestReader() {}

    /**
     * The request of this section.
     *
     * @param ended whether no content follows
     * @throws Http2Exception where the section is malformed
     * @throws BadRequest where the request must be refused
     */
    public static IncomingRequest read(int stream, RequestFields section, boolean ended, Peer peer)
            throws Http2Exception {
        if (!section.fault().isEmpty()) {
            throw malformed(stream, section.fault());
        }
        if (section.isTooMany()) {
            throw new BadRequest(Fault.FIELDS_TOO_LARGE, "The header section has too many fields.");
        }
        CharSequence named = section.method();
        if (named == null) {
            throw malformed(stream, "no :method");
        }
        HttpMethod method = RequestRules.method(named.toString());
        CharSequence path = section.path();
        if (section.scheme() == null || path == null) {
            throw malformed(stream, "no :scheme or no :path");
        }
        if (path.isEmpty() || !isWeb(section.scheme())) {
            throw malformed(stream, "a :path that is empty, or a :scheme other than http and https");
        }
        HttpHeaders fields = section.fields();
        RequestRules.checkHandshakes(fields);
        RequestRules.checkExpectation(fields);
        Authority authority = authority(stream, section.authority(), section.host(), peer);
        if (path.charAt(0) != '/' && !isAsterisk(path, method)) {
            throw malformed(stream, "a :path that does not begin with a slash");
        }
        Target target = RequestRules.target(path.toString());
        HopByHop.remove(fields);
        return new IncomingRequest(
                new RequestHead(
                        method,
                        peer.scheme(),
                        authority.toString(),
                        target.toString(),
                        fields,
                        ProtocolVersion.HTTP_2,
                        length(stream, section, method, fields, ended)),
                target,
                authority.host(),
                false);
    }

    private static boolean isAsterisk(CharSequence path, HttpMethod method) {
        return path.length() == 1 && path.charAt(0) == '*' && method.equals(HttpMethod.OPTIONS);
    }

    private static boolean isWeb(@Nullable CharSequence scheme) {
        return "https".contentEquals(scheme) || "http".contentEquals(scheme);
    }

    private static Authority authority(
            int stream, @Nullable CharSequence authority, @Nullable CharSequence host, Peer peer)
            throws Http2Exception {
        CharSequence text = authority != null ? authority : host;
        if (text == null) {
            throw malformed(stream, "neither :authority nor Host");
        }
        Authority asked = RequestRules.authority(text.toString(), true, peer.tls());
        if (authority != null && host != null && !asked.equals(Authority.parse(host.toString()))) {
            throw malformed(stream, "an :authority and a Host that differ");
        }
        return asked;
    }

    private static long length(int stream, RequestFields section, HttpMethod method, HttpHeaders fields, boolean ended)
            throws Http2Exception {
        long declared = section.contentLength();
        if (!ended) {
            return declared;
        }
        if (declared > 0) {
            throw malformed(stream, "a Content-Length that its content does not have");
        }
        if (declared < 0 && anticipatesContent(method)) {
            // RFC 9110 §8.6: HTTP/2 says by a flag that there is none, HTTP/1.1 by this field.
            fields.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
        }
        return 0;
    }

    private static boolean anticipatesContent(HttpMethod method) {
        return method.equals(HttpMethod.POST) || method.equals(HttpMethod.PUT) || method.equals(HttpMethod.PATCH);
    }

    /** A stream error for a malformed request (RFC 9113 §8.1.1). */
    public static Http2Exception malformed(int stream, String what) {
        return Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, "a malformed request: %s", what);
    }
}
