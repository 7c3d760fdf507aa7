package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.cache.Invalidation;
import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.identity.SessionCarrier;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.server.exchange.IncomingRequest;
import app.rcommerce.gateway.server.message.CommonFields;
import app.rcommerce.gateway.server.message.FieldLines;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.proxy.forwarded.ForwardedFields;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Objects;

/** Builds the head of the request that is sent upstream. Stateless. */
public final class OutgoingRequest {

    private OutgoingRequest() {}

    /**
     * Makes the head from the client's.
     *
     * @param filling whether the reply is to be stored: then it must be a whole one, and the client's own fields stay
     *     as they are for the key of the variant
     */
    public static RequestHead build(IncomingRequest incoming, Call call, int localPort, boolean filling) {
        RequestHead head = incoming.head();
        HttpHeaders headers =
                filling || invalidates(call) || strips(call) ? head.fields().copy() : head.fields();
        headers.remove(HttpHeaderNames.TRAILER);
        if (filling) {
            headers.remove(HttpHeaderNames.IF_NONE_MATCH);
            headers.remove(HttpHeaderNames.IF_MODIFIED_SINCE);
        }
        if (strips(call)) {
            // Whoever presents anything there has been authenticated by it, or refused.
            headers.remove(HttpHeaderNames.AUTHORIZATION);
            headers.remove(CommonFields.X_API_KEY);
            if (call.credential() instanceof Credential.Session session) {
                removeSession(headers, session.carrier());
            }
        }
        headers.set(HttpHeaderNames.HOST, incoming.authority());
        ForwardedFields.set(headers, call, head, localPort);
        return new RequestHead(
                head.method(), head.scheme(), head.authority(), head.target(), headers, head.version(), head.length());
    }

    private static void removeSession(HttpHeaders headers, SessionCarrier carrier) {
        if (!carrier.isAmbient()) {
            headers.remove(carrier.field());
            return;
        }
        List<String> kept = FieldLines.of(headers, HttpHeaderNames.COOKIE).stream()
                .map(carrier::without)
                .filter(Objects::nonNull)
                .toList();
        headers.remove(HttpHeaderNames.COOKIE);
        if (!kept.isEmpty()) {
            headers.set(HttpHeaderNames.COOKIE, kept);
        }
    }

    /**
     * Whether what a trusted proxy says of the address will be asked for once more, for the keys of the replies that
     * the answer makes worthless (see {@code StoredTargets}).
     */
    private static boolean invalidates(Call call) {
        return call.peerTrusted() && Invalidation.isUnsafe(call.request().method());
    }

    /** Whether the route keeps the credentials that authenticated the caller from its upstream. */
    private static boolean strips(Call call) {
        Route route = call.route();
        return route != null && route.auth().isStripped();
    }
}
