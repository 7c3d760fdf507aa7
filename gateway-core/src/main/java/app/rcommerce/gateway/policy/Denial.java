package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error reply with which a policy refuses a request, in place of the answer of the route's handler: a status, a
 * stable code for programs and a message for people. The body has the platform's shape, or that of RFC 9457 where the
 * caller prefers it.
 *
 * @param status the status code
 * @param code stable, in upper case
 * @param message one sentence; never holds anything of the request's credentials
 */
public record Denial(int status, String code, String message) {

    /** The gateway itself failed. */
    public static final Denial INTERNAL_ERROR =
            new Denial(500, "INTERNAL_ERROR", "The gateway failed to handle the request.");

    /** No route matches. */
    public static final Denial NO_ROUTE = new Denial(404, "NOT_FOUND", "There is nothing at this address.");

    /** Servers that decode the path's escaped slashes would match another route than those that do not. */
    public static final Denial PATH_AMBIGUOUS =
            new Denial(400, "BAD_REQUEST", "The path holds an escaped slash or backslash and can be read in two ways.");

    /** Routes match the host and the path, but none of them allows the method. */
    public static final Denial METHOD_NOT_ALLOWED =
            new Denial(405, "METHOD_NOT_ALLOWED", "The method is not supported at this address.");

    /** The caller's address or identity is on the block list. */
    public static final Denial BLOCKED = new Denial(403, "BLOCKED", "Access is denied.");

    /** The signature of a webhook does not hold; which part of it does not is told operators alone. */
    public static final Denial BAD_SIGNATURE =
            new Denial(401, "BAD_SIGNATURE", "The signature of the request does not hold.");

    /** The credential lacks a scope. */
    public static final Denial SCOPE_MISSING =
            new Denial(403, "FORBIDDEN", "The credential does not permit this request.");

    /** A page of another site makes the request with a session that is not its own. */
    public static final Denial CROSS_SITE =
            new Denial(403, "CROSS_SITE_REQUEST", "Pages of other sites may not use the session of this one.");

    /** The shared store cannot be asked, and the configuration says to refuse in that case. */
    public static final Denial STORE_UNAVAILABLE =
            new Denial(503, "STORE_UNAVAILABLE", "The request cannot be checked at the moment. Please retry.");

    /** A rate limit refuses the request. */
    public static final Denial QUOTA_EXCEEDED = new Denial(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded.");

    /** A limit's bound of requests in flight is reached. */
    public static final Denial TOO_MANY_AT_ONCE =
            new Denial(429, "CONCURRENCY_LIMIT_EXCEEDED", "Too many requests at once. Please retry after 1 second.");

    /**
     * Too many tokens from the caller's address had a bad signature, so that unknown ones are not verified for a while.
     */
    public static final Denial TOO_MANY_FORGERIES = new Denial(
            429, "TOO_MANY_INVALID_TOKENS", "Too many invalid tokens have come from this address. Please retry later.");

    /** The caller asked for a stored reply only, and there is none (RFC 9111 §5.2.1.7). */
    public static final Denial NOT_STORED = new Denial(504, "NOT_STORED", "There is no stored reply to this request.");

    /** The request is a WebSocket handshake, which is not relayed. */
    public static final Denial WEBSOCKET_NOT_RELAYED =
            new Denial(501, "WEBSOCKET_NOT_SUPPORTED", "WebSocket connections are not relayed at this address.");

    /** The WebSocket handshake is not one (RFC 6455 §4.2.1). */
    public static final Denial HANDSHAKE_MALFORMED =
            new Denial(400, "BAD_HANDSHAKE", "The WebSocket handshake is not a GET with a key of 16 bytes.");

    /** The WebSocket handshake is of another version (RFC 6455 §4.4). */
    public static final Denial WEBSOCKET_VERSION =
            new Denial(426, "WEBSOCKET_VERSION_NOT_SUPPORTED", "Only version 13 of WebSocket is spoken here.");

    /** The page that opens a WebSocket is of an origin that may not. */
    public static final Denial ORIGIN_NOT_ALLOWED =
            new Denial(403, "ORIGIN_NOT_ALLOWED", "Pages of this origin may not connect here.");

    /** The address or the identity has as many WebSockets as it may. */
    public static final Denial TOO_MANY_WEBSOCKETS =
            new Denial(429, "WEBSOCKET_LIMIT_EXCEEDED", "Too many WebSockets are open. Please retry after 10 seconds.");

    /** The route has as many WebSockets as it may. */
    public static final Denial WEBSOCKETS_FULL = new Denial(
            503, "WEBSOCKETS_FULL", "As many WebSockets are open as there may be. Please retry after 10 seconds.");

    /** The address or the identity has as many event streams, and WebSockets, as it may. */
    public static final Denial TOO_MANY_STREAMS =
            new Denial(429, "STREAM_LIMIT_EXCEEDED", "Too many event streams are open. Please retry after 10 seconds.");

    /** The route has as many event streams, and WebSockets, as it may. */
    public static final Denial STREAMS_FULL = new Denial(
            503, "STREAMS_FULL", "As many event streams are open as there may be. Please retry after 10 seconds.");

    /** Makes the reply to this call, whose code is the whole reason. */
    public Reply reply(Call call, Field... fields) {
        return reply(call, null, message, ErrorBody.NO_EXTRAS, fields);
    }

    /** Makes the reply to this call, for this reason. */
    public Reply reply(Call call, @Nullable Reason reason, Field... fields) {
        return reply(call, reason, message, ErrorBody.NO_EXTRAS, fields);
    }

    /** Makes the reply to this call, for this reason, with another message and additional members. */
    public Reply reply(Call call, @Nullable Reason reason, String text, ErrorBody.Extras extras, Field... fields) {
        boolean problem = ErrorBody.prefersProblem(call.request().headers());
        List<Field> all = new ArrayList<>(fields.length + 2);
        all.add(new Field("content-type", problem ? ErrorBody.PROBLEM_JSON : ErrorBody.JSON));
        all.add(new Field("cache-control", "no-store"));
        all.addAll(List.of(fields));
        call.denied(code, reason);
        byte[] body = ErrorBody.write(problem, this, text, call.requestId(), extras);
        return new Reply(status, all, body);
    }
}
