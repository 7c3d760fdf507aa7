package app.rcommerce.gateway.config.cache;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.config.read.Sources;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code [cache]}; what stands below {@code [cache.redis]} is read by {@link RedisReader}. */
public final class CacheReader {

    private static final long MB = 1 << 20;

    private CacheReader() {}

    /**
     * The table's values.
     *
     * @param apiCacheTtl {@code cache.redis.ttl.api_cache}: the ttl of routes that name none, whatever the store
     */
    public record Read(CacheConfig config, Duration apiCacheTtl) {}

    /** Reads the table; a wrong value is reported and has its default. */
    public static Read read(Section cache, Sources sources) {
        Map<String, CacheConfig.Type> types = new LinkedHashMap<>();
        types.put("Memory", CacheConfig.Type.MEMORY);
        types.put("Redis", CacheConfig.Type.REDIS);
        Map<String, CacheConfig.Consistency> consistencies = new LinkedHashMap<>();
        consistencies.put("near", CacheConfig.Consistency.NEAR);
        consistencies.put("strict", CacheConfig.Consistency.STRICT);
        CacheConfig.Type type = cache.text("cache_type", Form.oneOf(types), CacheConfig.Type.MEMORY);
        Section section = cache.table("redis");
        // With the Memory store the section is checked all the same, but its password is not asked of the environment.
        RedisConfig redis = RedisReader.read(section, type == CacheConfig.Type.REDIS, sources);
        CacheConfig.SocketRecords form = cache.choice("websocket_records", CacheConfig.SocketRecords.HASH);
        CacheConfig config = new CacheConfig(
                cache.flag("enabled", true),
                type,
                type == CacheConfig.Type.REDIS ? redis : null,
                KeyTemplatesReader.read(
                        section.table("keys"),
                        form == CacheConfig.SocketRecords.JSON
                                ? KeyTemplates.WEBSOCKET_SESSION_TODAY
                                : KeyTemplates.DEFAULTS.websocketSession()),
                cache.size("max_entry_size", MB, 0, CacheConfig.MAX_ENTRY),
                cache.size("memory_size", CacheConfig.MEMORY_BYTES, 0, MB * MB),
                cache.duration("near_ttl", Duration.ofMillis(500), Duration.ZERO, Duration.ofSeconds(10)),
                cache.size("near_size", CacheConfig.NEAR_BYTES, 0, MB * MB),
                cache.text("consistency", Form.oneOf(consistencies), CacheConfig.Consistency.NEAR),
                form,
                new CacheConfig.Nodes(
                        cache.integer("nodes_at_least", 1, 1, 10_000),
                        cache.text("nodes_file", Form.of("a path, \"\" or \"none\"", text -> text), "")));
        return new Read(config, redis.ttl().apiCache());
    }
}
