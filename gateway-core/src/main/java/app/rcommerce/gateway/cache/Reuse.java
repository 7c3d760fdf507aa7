package app.rcommerce.gateway.cache;

import app.rcommerce.gateway.cache.CacheStatus.Forward;
import org.jspecify.annotations.Nullable;

/**
 * The decision whether a stored reply answers a request (RFC 9111 §4). {@link #skip} is called before the look-up,
 * {@link #of} after it. Pure; safe for any thread.
 */
public sealed interface Reuse {

    /** The stored reply answers. */
    record Serve(StoredReply reply) implements Reuse {}

    /** The upstream answers. */
    record Pass(Forward why) implements Reuse {}

    /** The request must not be forwarded, and nothing stored may be used: 504 (RFC 9111 §5.2.1.7). */
    record OnlyIfCached() implements Reuse {}

    /** The reason why the store is not asked at all, or null where it is asked. */
    static @Nullable Forward skip(String method, RequestDirectives directives) {
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return Forward.METHOD;
        }
        return directives.bypass() == null ? null : Forward.BYPASS;
    }

    /**
     * Decides about a request by what the look-up has found.
     *
     * @param found the reply under the key that the request selects, or null
     * @param miss what it is called when there is none: {@link Forward#URI_MISS}, or {@link Forward#VARY_MISS}
     * @param credential whether the request carries {@code Authorization} or {@code X-API-Key}
     */
    static Reuse of(
            @Nullable StoredReply found,
            Forward miss,
            RequestDirectives directives,
            boolean credential,
            long nowMillis) {
        Forward why = found == null ? miss : obstacle(found, directives, credential, nowMillis);
        if (found != null && why == null) {
            return new Serve(found);
        }
        return directives.onlyIfCached() || why == null ? new OnlyIfCached() : new Pass(why);
    }

    private static @Nullable Forward obstacle(
            StoredReply found, RequestDirectives directives, boolean credential, long nowMillis) {
        if (credential && !found.shareable()) {
            // RFC 9111 §3.5 would allow it, but a reply to an anonymous caller may be wrong for this one.
            return Forward.BYPASS;
        }
        if (directives.noCache() || directives.noStore()) {
            return Forward.REQUEST;
        }
        long fresh = found.freshMillis(nowMillis);
        if (fresh <= 0) {
            return Forward.STALE;
        }
        boolean tooOld = directives.maxAge() >= 0 && found.ageSeconds(nowMillis) > directives.maxAge();
        boolean staleSoon = directives.minFresh() >= 0 && fresh < directives.minFresh() * 1000;
        return tooOld || staleSoon || directives.maxAge() == 0 ? Forward.REQUEST : null;
    }
}
