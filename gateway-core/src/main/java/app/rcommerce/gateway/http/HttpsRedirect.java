package app.rcommerce.gateway.http;

import java.util.List;

/**
 * The answer to a request in the clear that is to be repeated by TLS: 308 with the same host and target (RFC 9110
 * §15.4.9). What authorities of certificates ask for is served in the clear (RFC 8555 §8.3). Stateless.
 */
public final class HttpsRedirect {

    private static final String CHALLENGES = "/.well-known/acme-challenge/";
    private static final int DEFAULT_PORT = 443;
    private static final int PERMANENT = 308;
    private static final int BAD_REQUEST = 400;

    private HttpsRedirect() {}

    /** Whether the request is redirected rather than served. */
    public static boolean appliesTo(Request request) {
        return !request.target().path().startsWith(CHALLENGES);
    }

    /**
     * The answer.
     *
     * @param port where TLS is spoken
     */
    public static Reply of(Request request, int port) {
        if (request.host().isEmpty()) {
            // A client of HTTP/1.0 that names no host cannot be told another place.
            return new Reply(BAD_REQUEST, List.of(), new byte[0]);
        }
        String to = "https://" + request.host() + (port == DEFAULT_PORT ? "" : ":" + port) + request.target();
        return new Reply(PERMANENT, List.of(new Field("location", to)), new byte[0]);
    }
}
