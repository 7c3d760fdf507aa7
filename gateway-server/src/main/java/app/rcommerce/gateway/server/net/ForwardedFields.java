package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.http.FieldClasses;
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
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the upstream is told about the client: {@code X-Forwarded-*}, {@code X-Real-IP}, {@code Via},
 * {@code X-Gateway-Caller}. Whatever the client sent under these names is replaced or, behind a trusted proxy,
 * continued; other fields by which proxies tell of a client or of an address are passed on from trusted proxies only.
 */
final class ForwardedFields {

    private ForwardedFields() {}

    /** Our entry in {@code Via} for a message received in this version of HTTP (RFC 9110 §7.6.3). */
    static AsciiString via(boolean http11) {
        return http11 ? Names.VIA_11 : Names.VIA_10;
    }

    /** Sets the fields on the request that goes upstream. */
    static void set(HttpHeaders headers, Call call, String authority, int localPort, boolean http11) {
        boolean peerTrusted = call.peerTrusted();
        removeClaims(headers, peerTrusted);
        String client = call.clientAddressText();
        String peer = Arrays.equals(call.peer(), call.clientAddress()) ? client : Addresses.format(call.peer());
        List<String> chain = peerTrusted ? headers.getAll(Names.X_FORWARDED_FOR) : List.of();
        headers.set(Names.X_FORWARDED_FOR, chain.isEmpty() ? peer : String.join(", ", chain) + ", " + peer);
        headers.set(Names.X_REAL_IP, client);
        if (!peerTrusted || !headers.contains(Names.X_FORWARDED_PORT)) {
            headers.set(Names.X_FORWARDED_PORT, Integer.toString(port(headers, peerTrusted, localPort)));
        }
        if (!peerTrusted || !headers.contains(Names.X_FORWARDED_PROTO)) {
            headers.set(Names.X_FORWARDED_PROTO, Names.HTTP);
        }
        if (!peerTrusted || !headers.contains(Names.X_FORWARDED_HOST)) {
            headers.set(Names.X_FORWARDED_HOST, authority);
        }
        headers.remove(Names.X_GATEWAY_CALLER);
        List<Identifier> identities = call.caller().identifiers();
        if (!identities.isEmpty()) {
            headers.set(Names.X_GATEWAY_CALLER, text(identities));
        }
        headers.add(HttpHeaderNames.VIA, via(http11));
        headers.set(Names.X_REQUEST_ID, call.requestId());
    }

    /** One identity, or a list of them (RFC 9110 §5.6.1): an app's key and a user. */
    static String text(List<Identifier> identities) {
        return switch (identities.size()) {
            case 0 -> "";
            case 1 -> identities.getFirst().toString();
            default -> identities.stream().map(Identifier::toString).collect(Collectors.joining(", "));
        };
    }

    /**
     * The port that belongs to the scheme and the host which the upstream is told: a trusted proxy that names one of
     * those without a port speaks of its own side, so our port says nothing there.
     */
    private static int port(HttpHeaders headers, boolean peerTrusted, int localPort) {
        String host = peerTrusted ? headers.get(Names.X_FORWARDED_HOST) : null;
        int named = host == null ? -1 : portOf(host);
        if (named > 0) {
            return named;
        }
        String proto = peerTrusted ? headers.get(Names.X_FORWARDED_PROTO) : null;
        if (proto != null) {
            return proto.regionMatches(true, 0, "https", 0, 5) || proto.regionMatches(true, 0, "wss", 0, 3) ? 443 : 80;
        }
        return host == null ? localPort : 80;
    }

    /** The port at the end of an authority, or -1. */
    private static int portOf(String authority) {
        int colon = authority.lastIndexOf(':');
        if (colon < 0 || colon < authority.lastIndexOf(']') || authority.length() - colon > 6) {
            return -1;
        }
        int port = 0;
        for (int i = colon + 1; i < authority.length(); i++) {
            char c = authority.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            port = port * 10 + c - '0';
        }
        return port > 65_535 ? -1 : port;
    }

    /** Removes what only a trusted proxy may claim, what nobody may, and what CGI could not tell from either. */
    private static void removeClaims(HttpHeaders headers, boolean peerTrusted) {
        List<CharSequence> found = null;
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            CharSequence name = fields.next().getKey();
            if (FieldClasses.mayBeClassed(name) && isToBeRemoved(FieldClasses.lower(name), peerTrusted)) {
                found = add(found, name);
            }
        }
        if (found != null) {
            found.forEach(headers::remove);
        }
    }

    private static boolean isToBeRemoved(String name, boolean peerTrusted) {
        return FieldClasses.isDropped(name)
                || FieldClasses.isAlias(name)
                || (!peerTrusted && FieldClasses.isClaim(name));
    }

    private static List<CharSequence> add(@Nullable List<CharSequence> names, CharSequence name) {
        List<CharSequence> all = names == null ? new ArrayList<>(2) : names;
        all.add(name);
        return all;
    }
}
