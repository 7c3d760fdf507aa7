package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Call;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/**
 * What the upstream is told about the client: {@code X-Forwarded-*}, {@code X-Real-IP}, {@code Via}, {@code
 * X-Gateway-Caller}. Whatever the client sent under these names is replaced or, behind a trusted proxy, continued.
 */
final class ForwardedFields {

    /** The pseudonym in {@code Via} (RFC 9110 §7.6.3). */
    static final String PSEUDONYM = " rcommerce-gateway";

    private ForwardedFields() {}

    /** The entry for a message received in this version of HTTP. */
    static String via(boolean http11) {
        return (http11 ? "1.1" : "1.0") + PSEUDONYM;
    }

    /** Sets the fields on the request that goes upstream. */
    static void set(HttpHeaders headers, Call call, String authority, boolean peerTrusted, int localPort, boolean http11) {
        String peer = Addresses.format(call.peer());
        List<String> chain = peerTrusted ? headers.getAll("x-forwarded-for") : List.of();
        headers.set("x-forwarded-for", chain.isEmpty() ? peer : String.join(", ", chain) + ", " + peer);
        headers.set("x-real-ip", Addresses.format(call.clientAddress()));
        if (!peerTrusted || !headers.contains("x-forwarded-proto")) {
            headers.set("x-forwarded-proto", "http");
        }
        if (!peerTrusted || !headers.contains("x-forwarded-host")) {
            headers.set("x-forwarded-host", authority);
        }
        if (!peerTrusted || !headers.contains("x-forwarded-port")) {
            headers.set("x-forwarded-port", Integer.toString(localPort));
        }
        headers.remove("forwarded");
        headers.remove("x-gateway-caller");
        Identifier identity = call.caller().identifier();
        if (identity != null) {
            headers.set("x-gateway-caller", identity.toString());
        }
        headers.add("via", via(http11));
        headers.set("x-request-id", call.requestId());
    }
}
