package app.rcommerce.gateway.server.net;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Removes the fields that belong to one connection only (RFC 9110 §7.6.1): the known ones, and those that {@code
 * Connection} names, except where a client could thereby take away what the other side relies on.
 */
final class HopByHop {

    private static final List<AsciiString> KNOWN = List.of(
            HttpHeaderNames.CONNECTION,
            Names.KEEP_ALIVE,
            Names.PROXY_CONNECTION,
            HttpHeaderNames.TE,
            HttpHeaderNames.UPGRADE,
            HttpHeaderNames.PROXY_AUTHENTICATE,
            HttpHeaderNames.PROXY_AUTHORIZATION);

    /** Never removed because {@code Connection} names them: end-to-end, or set by us. */
    private static final Set<String> KEPT = Set.of(
            "authorization",
            "cache-control",
            "content-encoding",
            "content-length",
            "content-type",
            "cookie",
            "expect",
            "forwarded",
            "host",
            "transfer-encoding",
            "via",
            "x-api-key",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-gateway-caller",
            "x-real-ip",
            "x-request-id");

    private HopByHop() {}

    /** Removes them. Framing fields stay: what they mean has been checked, and the encoder needs them. */
    static void remove(HttpHeaders headers) {
        if (headers.contains(HttpHeaderNames.CONNECTION)) {
            for (String line : headers.getAll(HttpHeaderNames.CONNECTION)) {
                removeNamed(headers, line);
            }
        }
        for (int i = 0; i < KNOWN.size(); i++) {
            headers.remove(KNOWN.get(i));
        }
    }

    private static void removeNamed(HttpHeaders headers, String line) {
        for (String part : line.split(",", -1)) {
            String name = part.trim().toLowerCase(Locale.ROOT);
            if (!name.isEmpty() && !name.equals("close") && !name.equals("keep-alive") && !KEPT.contains(name)) {
                headers.remove(name);
            }
        }
    }
}
