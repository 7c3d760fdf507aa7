package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Call;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the upstream is told about the client: {@code X-Forwarded-*}, {@code X-Real-IP}, {@code Via}, {@code
 * X-Gateway-Caller}. Whatever the client sent under these names is replaced or, behind a trusted proxy, continued.
 */
final class ForwardedFields {

    private static final Set<String> OURS = Set.of(
            "authorization",
            "forwarded",
            "via",
            "x-api-key",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-gateway-caller",
            "x-real-ip",
            "x-request-id");

    private ForwardedFields() {}

    /** Our entry in {@code Via} for a message received in this version of HTTP (RFC 9110 §7.6.3). */
    static AsciiString via(boolean http11) {
        return http11 ? Names.VIA_11 : Names.VIA_10;
    }

    /** Sets the fields on the request that goes upstream. */
    static void set(HttpHeaders headers, Call call, String authority, int localPort, boolean http11) {
        boolean peerTrusted = call.peerTrusted();
        String client = call.clientAddressText();
        String peer = Arrays.equals(call.peer(), call.clientAddress()) ? client : Addresses.format(call.peer());
        List<String> chain = peerTrusted ? headers.getAll(Names.X_FORWARDED_FOR) : List.of();
        headers.set(Names.X_FORWARDED_FOR, chain.isEmpty() ? peer : String.join(", ", chain) + ", " + peer);
        headers.set(Names.X_REAL_IP, client);
        if (!peerTrusted || !headers.contains(Names.X_FORWARDED_PROTO)) {
            headers.set(Names.X_FORWARDED_PROTO, Names.HTTP);
        }
        if (!peerTrusted || !headers.contains(Names.X_FORWARDED_HOST)) {
            headers.set(Names.X_FORWARDED_HOST, authority);
        }
        if (!peerTrusted || !headers.contains(Names.X_FORWARDED_PORT)) {
            headers.set(Names.X_FORWARDED_PORT, Integer.toString(localPort));
        }
        removeAliases(headers);
        headers.remove(Names.FORWARDED);
        headers.remove(Names.X_GATEWAY_CALLER);
        Identifier identity = call.caller().identifier();
        if (identity != null) {
            headers.set(Names.X_GATEWAY_CALLER, identity.toString());
        }
        headers.add(HttpHeaderNames.VIA, via(http11));
        headers.set(Names.X_REQUEST_ID, call.requestId());
    }

    /** Removes what CGI and its heirs could not tell from our fields: {@code X_Gateway_Caller} and the like. */
    private static void removeAliases(HttpHeaders headers) {
        List<String> aliases = null;
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            CharSequence name = fields.next().getKey();
            if (AsciiString.indexOf(name, '_', 0) >= 0
                    && OURS.contains(name.toString().replace('_', '-').toLowerCase(Locale.ROOT))) {
                aliases = aliases == null ? new ArrayList<>(2) : aliases;
                aliases.add(name.toString());
            }
        }
        if (aliases != null) {
            aliases.forEach(headers::remove);
        }
    }
}
