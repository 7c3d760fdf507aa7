package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.config.CacheConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many bytes of replies are kept: as many as are configured, but at most a fraction of the heap, so that several
 * bounds hold in sum too. Stateless; safe for any thread.
 */
final class ReplyMemory {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyMemory.class);

    private ReplyMemory() {}

    /** For the replies that this node serves, decoded. */
    static long near(CacheConfig cache) {
        return share("cache.near_size", cache.nearBytes(), CacheConfig.NEAR_BYTES, CacheConfig.NEAR_HEAP_PARTS);
    }

    /** For the Memory store. */
    static long stored(CacheConfig cache) {
        return share("cache.memory_size", cache.memoryBytes(), CacheConfig.MEMORY_BYTES, CacheConfig.MEMORY_HEAP_PARTS);
    }

    /**
     * A cut by less than a tenth is not logged: the heap's size itself is that much below what was asked of the JVM.
     * Nor is what nobody has written.
     */
    private static long share(String key, long bytes, long unlessSaid, int parts) {
        long most = Runtime.getRuntime().maxMemory() / parts;
        if (bytes > most + most / 10 && bytes != unlessSaid) {
            LOG.warn(
                    "{}: {} bytes are more than this heap allows, {} are taken (expected: a larger GATEWAY_HEAP)",
                    key,
                    bytes,
                    most);
        }
        return Math.min(bytes, most);
    }
}
