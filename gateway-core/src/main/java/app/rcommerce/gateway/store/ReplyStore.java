package app.rcommerce.gateway.store;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.route.PathPattern;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The stored replies, shared by every node, as bytes that {@code StoredEntry} encodes and decodes. Any thread may call;
 * stages complete exceptionally with {@link StoreUnavailable} where the store cannot answer in time.
 */
public interface ReplyStore {

    /** The bytes under the key, not to be changed, or null. */
    CompletionStage<byte @Nullable []> get(CacheKey key);

    /** Stores the bytes, not to be changed afterwards, for the time given. */
    CompletionStage<Void> put(CacheKey key, byte[] bytes, Duration life);

    /** Removes the entry under the key, if there is one. */
    CompletionStage<Void> remove(CacheKey key);

    /**
     * The generation of the store: a name that each purge replaces with another one. A node compares the generation
     * from before the upstream was asked with that from after the reply was stored, and so knows whether there was a
     * purge in between that may have missed the reply.
     */
    CompletionStage<String> generation();

    /**
     * Begins another {@link #generation} and then removes every reply whose request path matches, in all its variants;
     * null removes all. Completes with the number of replies removed.
     */
    CompletionStage<Long> purge(@Nullable PathPattern paths);
}
