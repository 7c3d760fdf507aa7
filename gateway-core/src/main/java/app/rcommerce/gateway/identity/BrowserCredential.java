package app.rcommerce.gateway.identity;

import app.rcommerce.gateway.http.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of browsers, whose pages cannot set a field of a WebSocket handshake or of an event stream: a
 * subprotocol {@code bearer.<token>}, a ticket in the query that lets in once, or a cookie with a token. Stateless.
 */
public final class BrowserCredential {

    private static final String BEARER = "bearer.";
    private static final String TICKET = "ticket=";

    private BrowserCredential() {}

    /**
     * The credential of a request: what its fields {@code Authorization} and {@code X-API-Key} say, else the first of
     * the others that there is. Never throws.
     *
     * @param cookie the name of the cookie with the token; null for none
     * @param origins the origins whose pages may send the cookie, besides that of the request itself
     */
    public static Credential of(Request request, @Nullable String cookie, List<String> origins) {
        Credential usual = Credential.of(request.headers());
        if (!(usual instanceof Credential.None)) {
            return usual;
        }
        if (request.isWebSocketHandshake()) {
            String offered = subprotocol(request);
            if (offered != null) {
                return Credential.token(offered);
            }
        }
        String ticket = ticket(request.target().query());
        if (ticket != null) {
            return ticket.matches("[A-Za-z0-9_-]{43}")
                    ? new Credential.Ticket(ticket)
                    : new Credential.Malformed("a ticket of " + ticket.length() + " characters");
        }
        String token = cookie == null ? null : cookie(request, cookie);
        if (token == null) {
            return usual;
        }
        return isFromAllowedPage(request, origins)
                ? Credential.token(token)
                : new Credential.Malformed("a cookie that was sent by a page of another origin");
    }

    private static @Nullable String subprotocol(Request request) {
        for (String line : request.headers().all("sec-websocket-protocol")) {
            for (String offered : line.split(",", -1)) {
                String name = offered.trim();
                if (name.startsWith(BEARER)) {
                    return name.substring(BEARER.length());
                }
            }
        }
        return null;
    }

    private static @Nullable String ticket(@Nullable String query) {
        if (query != null) {
            for (String parameter : query.split("&", -1)) {
                if (parameter.startsWith(TICKET)) {
                    return parameter.substring(TICKET.length());
                }
            }
        }
        return null;
    }

    private static @Nullable String cookie(Request request, String name) {
        for (String line : request.headers().all("cookie")) {
            for (String pair : line.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).trim().equals(name)) {
                    return pair.substring(equals + 1).trim();
                }
            }
        }
        return null;
    }

    /** Browsers name the origin of a page wherever it is another one, and whenever it could read the answer. */
    private static boolean isFromAllowedPage(Request request, List<String> origins) {
        String own = request.scheme() + "://" + request.authority();
        for (String origin : request.headers().all("origin")) {
            if (!origin.trim().equals(own) && !origins.contains(origin.trim())) {
                return false;
            }
        }
        return true;
    }
}
