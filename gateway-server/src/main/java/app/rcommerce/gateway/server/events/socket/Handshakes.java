package app.rcommerce.gateway.server.events.socket;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.WebSocketHandshake;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.ResponseHead;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/** The answers to handshakes of sockets that end here (RFC 6455 §4.2.2). Stateless. */
public final class Handshakes {

    /** What a subprotocol begins with that is a token. */
    private static final String BEARER = "bearer.";

    private Handshakes() {}

    /**
     * The answer to a handshake that has been checked. Of the subprotocols that are offered the first one is spoken
     * that is no token; no extension is.
     */
    public static ResponseHead accepted(Headers asked) {
        HttpHeaders fields = new DefaultHttpHeaders()
                .set(
                        HttpHeaderNames.SEC_WEBSOCKET_ACCEPT,
                        WebSocketHandshake.accept(String.valueOf(asked.get("sec-websocket-key"))));
        String protocol = protocol(asked);
        if (protocol != null) {
            fields.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        return new ResponseHead(HttpResponseStatus.SWITCHING_PROTOCOLS, fields, ProtocolVersion.HTTP_1_1);
    }

    private static @Nullable String protocol(Headers asked) {
        for (String line : asked.all("sec-websocket-protocol")) {
            for (String offered : line.split(",", -1)) {
                String name = offered.trim();
                if (!name.isEmpty() && !name.startsWith(BEARER)) {
                    return name;
                }
            }
        }
        return null;
    }
}
