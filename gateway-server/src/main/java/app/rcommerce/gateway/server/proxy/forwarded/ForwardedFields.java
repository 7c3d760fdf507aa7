package app.rcommerce.gateway.server.proxy.forwarded;

import app.rcommerce.gateway.http.FieldClasses;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.server.message.CommonFields;
import app.rcommerce.gateway.server.message.FieldLines;
import app.rcommerce.gateway.server.message.RequestHead;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields by which the upstream learns about the client: {@code X-Forwarded-*}, {@code X-Real-IP}, {@code Via},
 * {@code X-Gateway-Caller}. What the client sent under these names is replaced or, behind a trusted proxy, continued.
 * Other fields by which proxies describe a client or an address are passed on from trusted proxies only. Stateless.
 */
public final class ForwardedFields {

    private ForwardedFields() {}

    /** Sets the fields on the request that goes upstream. */
    public static void set(HttpHeaders headers, Call call, RequestHead head, int localPort) {
        boolean peerTrusted = call.peerTrusted();
        removeClaims(headers, peerTrusted);
        String client = call.clientAddressText();
        String peer = Arrays.equals(call.peer(), call.clientAddress()) ? client : Addresses.format(call.peer());
        List<String> chain = peerTrusted ? FieldLines.of(headers, CommonFields.X_FORWARDED_FOR) : List.of();
        headers.set(CommonFields.X_FORWARDED_FOR, chain.isEmpty() ? peer : String.join(", ", chain) + ", " + peer);
        headers.set(CommonFields.X_REAL_IP, client);
        if (!peerTrusted || !headers.contains(CommonFields.X_FORWARDED_PORT)) {
            headers.set(CommonFields.X_FORWARDED_PORT, Integer.toString(port(headers, peerTrusted, localPort)));
        }
        if (!peerTrusted || !headers.contains(CommonFields.X_FORWARDED_PROTO)) {
            headers.set(CommonFields.X_FORWARDED_PROTO, head.scheme());
        }
        if (!peerTrusted || !headers.contains(CommonFields.X_FORWARDED_HOST)) {
            headers.set(CommonFields.X_FORWARDED_HOST, head.authority());
        }
        headers.remove(CommonFields.X_GATEWAY_CALLER);
        String caller = call.identitiesText();
        if (!caller.isEmpty()) {
            headers.set(CommonFields.X_GATEWAY_CALLER, caller);
        }
        headers.add(HttpHeaderNames.VIA, head.version().via());
        headers.set(CommonFields.X_REQUEST_ID, call.requestId());
    }

    /**
     * The port that belongs to the scheme and the host which the upstream is told: a trusted proxy that names one of
     * those without a port speaks of its own side, so our port says nothing there.
     */
    private static int port(HttpHeaders headers, boolean peerTrusted, int localPort) {
        String host = peerTrusted ? headers.get(CommonFields.X_FORWARDED_HOST) : null;
        int named = host == null ? -1 : portOf(host);
        if (named > 0) {
            return named;
        }
        String proto = peerTrusted ? headers.get(CommonFields.X_FORWARDED_PROTO) : null;
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
