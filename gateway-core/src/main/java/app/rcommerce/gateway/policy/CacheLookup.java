package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.CacheStatus;
import app.rcommerce.gateway.cache.CacheStatus.Forward;
import app.rcommerce.gateway.cache.RequestDirectives;
import app.rcommerce.gateway.cache.VaryMarker;
import app.rcommerce.gateway.route.Handler.CacheRule;
import org.jspecify.annotations.Nullable;

/**
 * What the cache had to say about a call, and what is needed to store the upstream's reply to it. Immutable.
 *
 * @param rule the route's
 * @param directives the request's
 * @param credential whether the request carries {@code Authorization} or {@code X-API-Key}, verified or not
 * @param primary the key of the request without regard to its fields
 * @param marker what stands under that key where replies vary, as far as the store was asked
 * @param why why the upstream is asked; null for a hit
 */
public record CacheLookup(
        CacheRule rule,
        RequestDirectives directives,
        boolean credential,
        CacheKey primary,
        @Nullable VaryMarker marker,
        @Nullable Forward why) {

    /** Whether the upstream's reply may be stored, as far as the request is concerned. */
    public boolean isFillable(String method) {
        return method.equals("GET")
                && directives.bypass() == null
                && !directives.noStore()
                && why != null
                && why != Forward.BYPASS
                && why != Forward.METHOD;
    }

    /** Whether the request may be answered with the reply to another one that is under way. */
    public boolean isCollapsible() {
        return why == Forward.URI_MISS || why == Forward.VARY_MISS || why == Forward.STALE;
    }

    /** What {@code Cache-Status} says of a request that goes upstream. */
    public CacheStatus forwarded() {
        return CacheStatus.forwarded(why == null ? Forward.BYPASS : why);
    }

    /** The outcome for metrics and logs: {@code hit}, {@code uri-miss}, {@code bypass} and so on. */
    public String outcome() {
        return why == null ? "hit" : why.token();
    }
}
