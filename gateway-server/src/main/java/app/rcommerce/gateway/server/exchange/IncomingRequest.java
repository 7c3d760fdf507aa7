package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.server.message.CommonFields;
import app.rcommerce.gateway.server.message.NettyHeaders;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.message.RequestIds;
import app.rcommerce.gateway.server.transport.Peer;
import io.netty.handler.codec.http.HttpHeaderNames;

/**
 * A request that has passed the checks of framing and addressing of the protocol in which it came (RFC 9110 §7.2,
 * §10.1.1). Confined to one event loop.
 *
 * @param head as it came, without the fields of the client's connection
 * @param target its normalised target
 * @param host the host asked for, in lower case, without a port
 * @param isWebSocketHandshake whether the client asks to go on with WebSocket (RFC 6455 §4.1)
 * @param headers a view of its fields
 */
public record IncomingRequest(
        RequestHead head, Target target, String host, boolean isWebSocketHandshake, Headers headers)
        implements Request {

    /** A request of this head. */
    public IncomingRequest(RequestHead head, Target target, String host, boolean isWebSocketHandshake) {
        this(head, target, host, isWebSocketHandshake, new NettyHeaders(head.fields()));
    }

    /** A call of which nothing is known but this request, and the peer that has sent it. */
    Call call(RequestIds ids, Peer peer) {
        String id = ids.of(head.fields().get(CommonFields.X_REQUEST_ID), peer.address());
        return new Call(this, id, peer.address(), peer.certificate());
    }

    @Override
    public String method() {
        return head.method().name();
    }

    @Override
    public String scheme() {
        return head.scheme();
    }

    @Override
    public String authority() {
        return head.authority();
    }

    /** Whether the request may be repeated (RFC 9110 §9.2.2). */
    public boolean isIdempotent() {
        return switch (method()) {
            case "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE" -> true;
            default -> false;
        };
    }

    /** Whether the client waits for {@code 100 Continue} before it sends content. */
    public boolean expectsContinue() {
        return head.fields().contains(HttpHeaderNames.EXPECT);
    }
}
