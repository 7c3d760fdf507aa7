package app.rcommerce.gateway.store;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.route.PathPattern;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Stored replies, shared by every node, as bytes: what they mean is for {@code StoredReply} to say. Any thread may
 * call; stages complete exceptionally with {@link StoreUnavailable} where the store cannot answer in time.
 */
public interface ReplyStore {

    /** The bytes under the key, not to be changed, or null. */
    CompletionStage<byte @Nullable []> get(CacheKey key);

    /** Stores the bytes, not to be changed afterwards, for the time given. */
    CompletionStage<Void> put(CacheKey key, byte[] bytes, Duration life);

    /** Removes what stands under the key, if anything does. */
    CompletionStage<Void> remove(CacheKey key);

    /**
     * What the last purge is called: another name after each. Who compares it from before an upstream was asked with
     * that from after the reply was stored knows whether a purge came between, or began before it could remove the
     * reply.
     */
    CompletionStage<String> generation();

    /**
     * Begins another {@link #generation} and then removes every reply whose request path matches, in all its variants;
     * null removes all. Tells how many.
     */
    CompletionStage<Long> purge(@Nullable PathPattern paths);
}
