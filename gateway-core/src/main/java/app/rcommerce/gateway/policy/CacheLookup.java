package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.CacheStatus;
import app.rcommerce.gateway.cache.CacheStatus.Forward;
import app.rcommerce.gateway.cache.RequestDirectives;
import app.rcommerce.gateway.cache.VaryMarker;
import app.rcommerce.gateway.route.Handler.CacheRule;
import org.jspecify.annotations.Nullable;

/**
 * The result of looking up a call's request in the cache, with what is needed to store the upstream's reply. Immutable.
 *
 * @param rule the cache rule of the route
 * @param directives the cache directives of the request
 * @param credential whether the request carries {@code Authorization} or {@code X-API-Key}, verified or not
 * @param primary the key of the request without regard to its fields
 * @param marker the marker under that key; null where replies do not vary, or the store was not asked
 * @param why the reason why the upstream is asked; null for a hit
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
        return why == Forward.URI_MISS || why == Forward.VARY_MISS || why == Forward.STALE || isStoreAway();
    }

    /** Whether the store could not be asked, so that nobody can say that it will have the reply. */
    public boolean isStoreAway() {
        return why == Forward.MISS;
    }

    /** The value of {@code Cache-Status} for a request that goes upstream. */
    public CacheStatus forwarded() {
        return CacheStatus.forwarded(why == null ? Forward.BYPASS : why);
    }

    /** The outcome for metrics and logs: {@code hit}, {@code uri-miss}, {@code bypass} and so on. */
    public String outcome() {
        return why == null ? "hit" : why.token();
    }
}
