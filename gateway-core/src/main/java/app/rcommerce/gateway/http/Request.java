package app.rcommerce.gateway.http;

/** A request as every decision sees it: a view, not a copy. Used on the event loop of its connection only. */
public interface Request {

    /** The method, as sent: methods are case-sensitive (RFC 9110 §9.1). */
    String method();

    /** {@code http} or {@code https}: how the request reached the gateway. */
    default String scheme() {
        return "http";
    }

    /** The normalised target: routes, keys and the upstream all see this one. */
    Target target();

    /** The host asked for, in lower case and without a port; empty for an HTTP/1.0 request that names none. */
    String host();

    /** The host asked for with its port, as the upstream sees it; empty where the request names none. */
    String authority();

    /** The header fields as the client sent them, without those of its connection (RFC 9110 §7.6.1). */
    Headers headers();

    /** Whether the client asks to go on with WebSocket. */
    default boolean isWebSocketHandshake() {
        return false;
    }
}
