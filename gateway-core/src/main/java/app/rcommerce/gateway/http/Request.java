package app.rcommerce.gateway.http;

/** A view of a request, as the policies see it. Used on the event loop of its connection only. */
public interface Request {

    /** The method as it was sent; methods are case-sensitive (RFC 9110 §9.1). */
    String method();

    /** {@code http} or {@code https}: how the request reached the gateway. */
    default String scheme() {
        return "http";
    }

    /** The normalised target, which routes and cache keys are made for and the upstream receives. */
    Target target();

    /** The host asked for, in lower case and without a port; empty for an HTTP/1.0 request that names none. */
    String host();

    /** The host asked for with its port, as the upstream sees it; empty where the request names none. */
    String authority();

    /** The header fields as the client sent them, without those of its connection (RFC 9110 §7.6.1). */
    Headers headers();

    /** Whether the request is a WebSocket handshake. */
    default boolean isWebSocketHandshake() {
        return false;
    }
}
