package app.rcommerce.gateway.http;

import java.util.Locale;
import java.util.Set;

/**
 * The one table of what fields are to a proxy: of one connection, set by the gateway, claimed by a proxy in front, kept
 * whatever {@code Connection} says, never stored. Names are given in lower case. Pure; any thread.
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

    /** Fields of a request that the upstream has from the gateway alone: replaced, or continued for a trusted proxy. */
    static final Set<String> SET_BY_US = Set.of(
            "via",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-gateway-caller",
            "x-real-ip",
            "x-request-id");

    /** Fields of a request that nobody may send on: they contradict ours, or make another request of this one. */
    static final Set<String> DROPPED =
            Set.of("forwarded", "proxy", "x-http-method", "x-http-method-override", "x-method-override");

    /**
     * What a proxy in front claims of the address that was asked for, beside {@code X-Forwarded-*} and
     * {@code X-Original-*}.
     */
    static final Set<String> ADDRESS_CLAIMS =
            Set.of("front-end-https", "x-host", "x-rewrite-url", "x-scheme", "x-url-scheme");

    /** What a proxy in front claims of the client. */
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
     * Fields that frame a message: under another spelling they mean nothing, but a server behind CGI may think
     * otherwise.
     */
    private static final Set<String> FRAMING = Set.of("transfer-encoding");

    /** Fields of a message that {@code Connection} cannot take away: others rely on them (RFC 9110 §7.6.1). */
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

    /** Fields of a response about one delivery of it, beside those of one connection. */
    private static final Set<String> OF_ONE_DELIVERY = Set.of(
            "age", "cache-status", "content-length", "set-cookie", "trailer", "transfer-encoding", "x-request-id");

    /** Fields that trailers cannot hold: they frame, route or control a message, or tell who sends it (§6.5.1). */
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

    /** Whether trailers may hold this field (RFC 9110 §6.5.1). */
    public static boolean mayBeTrailer(String name) {
        return !NOT_IN_TRAILERS.contains(name) && !HOP_BY_HOP.contains(name);
    }

    /** Whether the upstream has this field of a request from the gateway, so that the client's own says nothing. */
    public static boolean isSetByUs(String name) {
        return SET_BY_US.contains(name);
    }

    /** Whether this field of a request ends at the gateway, whoever sends it. */
    public static boolean isDropped(String name) {
        return DROPPED.contains(name);
    }

    /**
     * Whether a proxy in front tells by this field how the upstream is addressed: links in a reply may be made of it,
     * so it is passed on from trusted proxies only and belongs to the key of a stored reply.
     */
    public static boolean isAddressClaim(String name) {
        return (name.startsWith("x-forwarded-") && !name.equals("x-forwarded-for"))
                || name.startsWith("x-original-")
                || name.startsWith("x-envoy-")
                || name.startsWith("x-ssl-client-")
                || ADDRESS_CLAIMS.contains(name);
    }

    /** Whether only a trusted proxy may send this field on: it claims something of the client or of the address. */
    public static boolean isClaim(String name) {
        return isAddressClaim(name) || CLIENT_CLAIMS.contains(name);
    }

    /**
     * Whether a field of a request that is spelled with underscores could be taken for one of ours, for a claim or for
     * a credential by a server behind CGI, which tells neither from the other.
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

    /** Whether {@code Connection} can take this field away. */
    public static boolean isRemovable(String name) {
        return !KEPT.contains(name) && !isSetByUs(name) && !isClaim(name) && !isDropped(name);
    }

    /** Whether a field may stand in a stored reply (RFC 9111 §3.1): fields of limits are about one caller. */
    public static boolean isStored(String name) {
        return !HOP_BY_HOP.contains(name)
                && !OF_ONE_DELIVERY.contains(name)
                && !name.startsWith("x-ratelimit-")
                && !name.startsWith("ratelimit");
    }

    /**
     * Whether a name can belong to one of the classes of request fields at all: tells most names apart by two letters,
     * so that they need not be brought into lower case. Earned by {@code FieldClassesBenchmark}.
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
