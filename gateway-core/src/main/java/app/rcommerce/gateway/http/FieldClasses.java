package app.rcommerce.gateway.http;

import java.util.Locale;
import java.util.Set;

/**
 * The classes of header fields as a proxy treats them: fields of one connection, fields that the gateway sets, fields
 * in which a proxy in front makes claims, fields that {@code Connection} cannot remove, and fields that are never
 * stored. Names are given in lower case. Pure; any thread.
 */
public final class FieldClasses {

    /** Fields of one connection only (RFC 9110 §7.6.1), whether {@code Connection} names them or not. */
    public static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "upgrade");

    /**
     * Fields of a request that the upstream receives from the gateway alone: the client's own are replaced, and those
     * of a trusted proxy are continued.
     */
    static final Set<String> SET_BY_US = Set.of(
            "via",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-gateway-caller",
            "x-real-ip",
            "x-request-id");

    /**
     * Fields of a request that are never forwarded: they contradict the gateway's own fields, or make another request
     * of this one.
     */
    static final Set<String> DROPPED = Set.of(
            "forwarded",
            "proxy",
            "x-gateway-attempt",
            "x-gateway-verified",
            "x-http-method",
            "x-http-method-override",
            "x-method-override");

    /**
     * Fields in which a proxy in front says how it was addressed, beside {@code X-Forwarded-*} and
     * {@code X-Original-*}.
     */
    static final Set<String> ADDRESS_CLAIMS =
            Set.of("front-end-https", "x-host", "x-rewrite-url", "x-scheme", "x-url-scheme");

    /** Fields in which a proxy in front makes claims about the client. */
    static final Set<String> CLIENT_CLAIMS = Set.of(
            "ali-cdn-real-ip",
            "cf-connecting-ip",
            "cf-connecting-ipv6",
            "client-ip",
            "fastly-client-ip",
            "proxy-client-ip",
            "true-client-ip",
            "wl-proxy-client-ip",
            "x-azure-clientip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-forwarded",
            "x-originating-ip",
            "x-proxyuser-ip",
            "x-remote-addr",
            "x-remote-ip");

    /**
     * Fields that frame a message. Spelled with underscores they have no meaning in HTTP, but a server behind CGI may
     * take them for the real ones.
     */
    private static final Set<String> FRAMING = Set.of("transfer-encoding");

    /**
     * Fields of a message that {@code Connection} cannot remove, since recipients behind the gateway rely on them (RFC
     * 9110 §7.6.1).
     */
    private static final Set<String> KEPT = Set.of(
            "age",
            "authorization",
            "cache-control",
            "cdn-cache-control",
            "content-encoding",
            "content-length",
            "content-location",
            "content-type",
            "cookie",
            "date",
            "etag",
            "expect",
            "expires",
            "host",
            "last-modified",
            "set-cookie",
            "transfer-encoding",
            "vary",
            "x-api-key");

    /** Fields of a response that are about one delivery of it, beside those of one connection. */
    private static final Set<String> OF_ONE_DELIVERY = Set.of(
            "age", "cache-status", "content-length", "set-cookie", "trailer", "transfer-encoding", "x-request-id");

    /**
     * Fields that trailers must not contain: they frame, route or control a message, or authenticate its sender (RFC
     * 9110 §6.5.1).
     */
    private static final Set<String> NOT_IN_TRAILERS = Set.of(
            "age",
            "authorization",
            "cache-control",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "date",
            "expect",
            "expires",
            "host",
            "location",
            "max-forwards",
            "pragma",
            "range",
            "retry-after",
            "set-cookie",
            "trailer",
            "transfer-encoding",
            "vary",
            "www-authenticate");

    private FieldClasses() {}

    /** Whether trailers may contain this field (RFC 9110 §6.5.1). */
    public static boolean mayBeTrailer(String name) {
        return !NOT_IN_TRAILERS.contains(name) && !HOP_BY_HOP.contains(name);
    }

    /**
     * Whether the upstream receives this field of a request from the gateway, so that the client's own has no effect.
     */
    public static boolean isSetByUs(String name) {
        return SET_BY_US.contains(name);
    }

    /** Whether this field of a request is never forwarded, whoever sends it. */
    public static boolean isDropped(String name) {
        return DROPPED.contains(name);
    }

    /**
     * Whether a proxy in front says in this field how it was addressed. Upstreams may make links of it, so it is
     * forwarded from trusted proxies only, and is part of the key of a stored reply.
     */
    public static boolean isAddressClaim(String name) {
        return (name.startsWith("x-forwarded-") && !name.equals("x-forwarded-for"))
                || name.startsWith("x-original-")
                || name.startsWith("x-envoy-")
                || name.startsWith("x-ssl-client-")
                || ADDRESS_CLAIMS.contains(name);
    }

    /**
     * Whether this field is forwarded from a trusted proxy only, since it makes a claim about the client or about the
     * address.
     */
    public static boolean isClaim(String name) {
        return isAddressClaim(name) || CLIENT_CLAIMS.contains(name);
    }

    /**
     * Whether this name is spelled with underscores and a server behind CGI, which does not tell underscores from
     * hyphens, could take it for a field of the gateway, for a claim or for a credential.
     */
    public static boolean isAlias(String name) {
        if (name.indexOf('_') < 0) {
            return false;
        }
        String dashed = name.replace('_', '-');
        return isSetByUs(dashed)
                || isDropped(dashed)
                || isClaim(dashed)
                || FRAMING.contains(dashed)
                || dashed.equals("x-api-key");
    }

    /** Whether {@code Connection} can remove this field. */
    public static boolean isRemovable(String name) {
        return !KEPT.contains(name) && !isSetByUs(name) && !isClaim(name) && !isDropped(name);
    }

    /**
     * Whether a stored reply may have this field (RFC 9111 §3.1). The fields of limits are not stored, since they are
     * about one caller.
     */
    public static boolean isStored(String name) {
        return !HOP_BY_HOP.contains(name)
                && !OF_ONE_DELIVERY.contains(name)
                && !name.startsWith("x-ratelimit-")
                && !name.startsWith("ratelimit");
    }

    /**
     * Whether a name may belong to one of the classes of request fields. Looks at two letters only, which excludes most
     * names without putting them into lower case. Measured by {@code FieldClassesBenchmark}.
     */
    public static boolean mayBeClassed(CharSequence name) {
        if (name.isEmpty()) {
            return false;
        }
        char second = name.length() > 1 ? (char) (name.charAt(1) | 0x20) : ' ';
        return switch (name.charAt(0) | 0x20) {
            case 'x', 'f', 'w', 'v' -> true;
            case 'a' -> second == 'l';
            case 't' -> second == 'r';
            case 'c' -> second == 'f' || second == 'l';
            case 'p' -> second == 'r';
            default -> false;
        };
    }

    /** The name in lower case. */
    public static String lower(CharSequence name) {
        return name.toString().toLowerCase(Locale.ROOT);
    }
}
