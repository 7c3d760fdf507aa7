package app.rcommerce.gateway.cache;

import app.rcommerce.gateway.http.Headers;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The directives of a request about caching (RFC 9111 §5.2.1, §5.4), read once for each request. Immutable.
 *
 * @param bypass why the store takes no part at all in this request, or null: a range, a precondition that only the
 *     origin can judge, content, an upgrade, or a method hidden in a field
 * @param noStore the reply must not be stored
 * @param noCache no stored reply may be used
 * @param onlyIfCached the request must not be forwarded
 * @param maxAge the oldest reply that is wanted, in seconds, or {@link CacheControl#ABSENT}
 * @param minFresh how long the reply must stay fresh, in seconds, or {@link CacheControl#ABSENT}
 */
public record RequestDirectives(
        @Nullable String bypass, boolean noStore, boolean noCache, boolean onlyIfCached, long maxAge, long minFresh) {

    /** The directives of a request that has none. */
    public static final RequestDirectives NONE =
            new RequestDirectives(null, false, false, false, CacheControl.ABSENT, CacheControl.ABSENT);

    /**
     * Fields with which a request bypasses the store: it asks for a part of the content, or for a condition that only
     * the origin can evaluate (RFC 9110 §13.1.1, §13.1.4, §14.2), or has content or another method.
     */
    private static final List<String> BYPASSING = List.of(
            "Range",
            "If-Match",
            "If-Unmodified-Since",
            "If-Range",
            "Transfer-Encoding",
            "Upgrade",
            "X-HTTP-Method-Override",
            "X-HTTP-Method",
            "X-Method-Override");

    /**
     * Reads the directives of a request from its fields.
     *
     * @param honoured whether {@code Cache-Control} and {@code Pragma} of clients count. RFC 9111 wants it; an operator
     *     may prefer that no client can force requests upon the upstream. What makes a request bypass the store does so
     *     either way.
     */
    public static RequestDirectives of(Headers headers, boolean honoured) {
        String bypass = bypass(headers);
        CacheControl control = honoured ? CacheControl.of(headers) : CacheControl.NONE;
        boolean pragma = honoured && !control.present() && pragmaNoCache(headers);
        if (bypass == null && !control.present() && !pragma) {
            return NONE;
        }
        return new RequestDirectives(
                bypass,
                control.noStore(),
                control.noCache() || pragma,
                control.onlyIfCached(),
                control.maxAge(),
                control.minFresh());
    }

    /** Whether the message has {@code Pragma: no-cache}. */
    static boolean pragmaNoCache(Headers headers) {
        String pragma = headers.joined("Pragma");
        if (pragma == null) {
            return false;
        }
        for (String part : pragma.split(",", -1)) {
            if (part.strip().toLowerCase(Locale.ROOT).equals("no-cache")) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String bypass(Headers headers) {
        for (String name : BYPASSING) {
            if (headers.contains(name)) {
                return name.toLowerCase(Locale.ROOT);
            }
        }
        // Content of a GET is not part of the key, so it must not decide what others get.
        String length = headers.get("Content-Length");
        return length == null || length.strip().equals("0") ? null : "content";
    }
}
