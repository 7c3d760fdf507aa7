package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.CacheStatus.Forward;
import app.rcommerce.gateway.cache.RequestDirectives;
import app.rcommerce.gateway.cache.StoredEntry;
import app.rcommerce.gateway.cache.VaryMarker;
import app.rcommerce.gateway.route.Handler.CacheRule;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What all steps of looking a reply up know. Immutable.
 *
 * @param rule the route's
 * @param directives the request's
 * @param credential whether the request carries {@code Authorization} or {@code X-API-Key}, verified or not
 * @param primary the key of the request without regard to its fields
 * @param skip why the store is not asked; null where it is
 * @param answer the store's; null where it is not asked
 */
record ReplyQuestion(
        CacheRule rule,
        RequestDirectives directives,
        boolean credential,
        CacheKey primary,
        @Nullable Forward skip,
        @Nullable CompletionStage<@Nullable StoredEntry> answer) {

    CacheLookup lookup(@Nullable VaryMarker marker, @Nullable Forward why) {
        return new CacheLookup(rule, directives, credential, primary, marker, why);
    }
}
