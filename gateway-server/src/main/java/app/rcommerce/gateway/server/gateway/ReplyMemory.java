package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.config.CacheConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many bytes of replies are kept, and whether that is less than what was written. Stateless; safe for any thread.
 */
final class ReplyMemory {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyMemory.class);

    private ReplyMemory() {}

    /** For the replies that this node serves, decoded. */
    static long near(CacheConfig cache) {
        return bytes(cache.nearShare(Runtime.getRuntime().maxMemory()), CacheConfig.NEAR_BYTES);
    }

    /** For the Memory store. */
    static long stored(CacheConfig cache) {
        return bytes(cache.memoryShare(Runtime.getRuntime().maxMemory()), CacheConfig.MEMORY_BYTES);
    }

    /** What nobody has written is cut without a word. */
    private static long bytes(CacheConfig.HeapShare share, long unlessSaid) {
        if (share.isCut() && share.configured() != unlessSaid) {
            LOG.warn(
                    "cache.{}: {} bytes are more than this heap allows, {} are taken (expected: a larger GATEWAY_HEAP)",
                    share.key(),
                    share.configured(),
                    share.bytes());
        }
        return share.bytes();
    }
}
