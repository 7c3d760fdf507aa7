package app.rcommerce.gateway.config;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.config.CacheConfig.Sentinel;
import app.rcommerce.gateway.config.CacheConfig.Ttl;
import app.rcommerce.gateway.config.listen.Http2Config;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a configuration that are decided when a process starts: its sockets, its event loops and its store. A
 * configuration that is read later is applied with the old values of these keys, so that no two parts of the gateway
 * follow different values. Stateless; safe for any thread.
 */
public final class FixedAtStart {

    /**
     * A key whose value in the files differs from the one that the process runs with, until it is restarted.
     *
     * @param key as the file names it, such as {@code cache.redis.port}
     * @param runs the value that the process runs with since its start
     * @param file the value that the files say; secrets are not told
     */
    public record Pending(String key, String runs, String file) {
        @Override
        public String toString() {
            boolean secret = runs.equals(Written.SECRET) && file.equals(Written.SECRET);
            return key
                    + (secret
                            ? " (runs another secret than the file says)"
                            : " (runs " + runs + ", file says " + file + ")");
        }
    }

    private record Key<T>(String name, Function<T, @Nullable Object> value) {

        void compare(T inForce, T read, List<Pending> pending) {
            Object old = value.apply(inForce);
            Object now = value.apply(read);
            if (!Objects.equals(old, now)) {
                pending.add(new Pending(name, text(old), text(now)));
            }
        }
    }

    private static final List<Key<GatewayConfig>> ALWAYS = List.of(
            new Key<>("server.listen", config -> config.server().listen()),
            new Key<>("server.redirect_to_https", config -> config.server().redirectToHttps()),
            new Key<>("server.workers", config -> config.server().workers()),
            new Key<>("server.transport", config -> config.server().transport()),
            new Key<>("server.reuse_port", config -> config.server().reusePort()),
            new Key<>("server.max_connections", config -> config.server().maxConnections()),
            new Key<>("server.http2.enabled", config -> config.server().http2().enabled()),
            new Key<>("server.admin.listen", config -> config.server().admin().listen()),
            new Key<>("server.admin.token", config -> config.server().admin().token()),
            new Key<>("auth.session", config -> config.auth().session() == null ? "absent" : "present"),
            new Key<>("cache.cache_type", config -> config.cache().type()),
            new Key<>("cache.memory_size", config -> Sizes.format(config.cache().memoryBytes())),
            new Key<>("cache.near_ttl", config -> config.cache().nearTtl()),
            new Key<>("cache.near_size", config -> Sizes.format(config.cache().nearBytes())),
            new Key<>("cache.consistency", config -> config.cache().consistency()),
            new Key<>("cache.websocket_records", config -> config.cache().socketRecords()),
            new Key<>("cache.nodes_file", config -> config.cache().nodes().file()));

    private static final List<Key<KeyTemplates>> TEMPLATES = List.of(
            new Key<>("cache.redis.keys.rate_limit", KeyTemplates::rateLimit),
            new Key<>("cache.redis.keys.fixed_window", KeyTemplates::fixedWindow),
            new Key<>("cache.redis.keys.concurrency", KeyTemplates::concurrency),
            new Key<>("cache.redis.keys.block_list", KeyTemplates::blockList),
            new Key<>("cache.redis.keys.block_ranges", KeyTemplates::blockRanges),
            new Key<>("cache.redis.keys.token_blacklist", KeyTemplates::tokenBlacklist),
            new Key<>("cache.redis.keys.subject_cutoff", KeyTemplates::subjectCutoff),
            new Key<>("cache.redis.keys.api_cache", KeyTemplates::apiCache),
            new Key<>("cache.redis.keys.purges", KeyTemplates::purges),
            new Key<>("cache.redis.keys.nodes", KeyTemplates::nodes),
            new Key<>("cache.redis.keys.session", KeyTemplates::session),
            new Key<>("cache.redis.keys.websocket_session", KeyTemplates::websocketSession),
            new Key<>("cache.redis.keys.ticket_keys", KeyTemplates::ticketKeys),
            new Key<>("cache.redis.keys.topic_history", KeyTemplates::topicHistory),
            new Key<>("cache.redis.keys.topic_state", KeyTemplates::topicState),
            new Key<>("cache.redis.keys.topics", KeyTemplates::topics),
            new Key<>("cache.redis.keys.entry_tickets", KeyTemplates::entryTickets),
            new Key<>("cache.redis.keys.presence", KeyTemplates::presence),
            new Key<>("cache.redis.keys.job_queue", KeyTemplates::jobQueue),
            new Key<>("cache.redis.keys.idempotency", KeyTemplates::idempotency),
            new Key<>("cache.redis.keys.events", KeyTemplates::events));

    private static final List<Key<RedisConfig>> REDIS = List.of(
            new Key<>("cache.redis.host", RedisConfig::host),
            new Key<>("cache.redis.port", RedisConfig::port),
            new Key<>("cache.redis.database", RedisConfig::database),
            new Key<>("cache.redis.username", RedisConfig::username),
            new Key<>("cache.redis.password", RedisConfig::password),
            new Key<>("cache.redis.use_tls", RedisConfig::useTls),
            new Key<>("cache.redis.tls", RedisConfig::tls),
            new Key<>("cache.redis.deadline", RedisConfig::deadline),
            new Key<>("cache.redis.command_timeout", RedisConfig::commandTimeout),
            new Key<>("cache.redis.startup_wait", RedisConfig::startupWait),
            new Key<>("cache.redis.pool.max_connections", redis -> redis.pool().maxConnections()),
            new Key<>("cache.redis.pool.min_connections", redis -> redis.pool().minConnections()),
            new Key<>(
                    "cache.redis.pool.connection_timeout", redis -> redis.pool().connectionTimeout()),
            new Key<>("cache.redis.pool.idle_timeout", redis -> redis.pool().idleTimeout()),
            new Key<>("cache.redis.ttl.session", redis -> redis.ttl().session()),
            new Key<>("cache.redis.ttl.rate_limit", redis -> redis.ttl().rateLimit()),
            new Key<>("cache.redis.cluster.nodes", RedisConfig::cluster),
            new Key<>("cache.redis.sentinel_nodes", redis -> sentinel(redis, Sentinel::nodes)),
            new Key<>("cache.redis.sentinel_service", redis -> sentinel(redis, Sentinel::service)),
            new Key<>("cache.redis.sentinel_username", redis -> sentinel(redis, Sentinel::username)),
            new Key<>("cache.redis.sentinel_password", redis -> sentinel(redis, Sentinel::password)));

    private FixedAtStart() {}

    private static @Nullable Object sentinel(RedisConfig redis, Function<Sentinel, @Nullable Object> value) {
        Sentinel sentinel = redis.sentinel();
        return sentinel == null ? null : value.apply(sentinel);
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "none";
            case Duration duration -> Durations.format(duration);
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            case String text -> Written.quoted(text);
            default -> value.toString();
        };
    }

    /** The keys of a newly read configuration that wait for the next start, in the order of the documentation. */
    public static List<Pending> pending(GatewayConfig inForce, GatewayConfig read) {
        List<Pending> pending = new ArrayList<>();
        ALWAYS.forEach(key -> key.compare(inForce, read, pending));
        inForce.queues().forEach((name, old) -> {
            QueueRule now = read.queues().get(name);
            if (now != null) {
                new Key<>("queues." + name + ".journal", QueueRule::journal).compare(old, now, pending);
            }
        });
        RedisConfig old = inForce.cache().redis();
        RedisConfig now = read.cache().redis();
        // Where the kind of store changes, the keys of the one that is not there would be noise.
        if (old != null && now != null) {
            TEMPLATES.forEach(
                    key -> key.compare(inForce.cache().keys(), read.cache().keys(), pending));
            REDIS.forEach(key -> key.compare(old, now, pending));
        }
        return pending;
    }

    /**
     * The configuration that can be applied now: the one that was read, with the values in force for all keys that are
     * fixed.
     */
    public static GatewayConfig kept(GatewayConfig inForce, GatewayConfig read) {
        return new GatewayConfig(
                read.sources(),
                kept(inForce.server(), read.server()),
                kept(inForce.cache(), read.cache()),
                kept(inForce.auth(), read.auth()),
                read.access(),
                read.limits(),
                read.upstreams(),
                kept(inForce.queues(), read.queues()),
                read.routes());
    }

    /** A queue keeps its journal, or goes on without; one that is new begins with its own. */
    private static Map<String, QueueRule> kept(Map<String, QueueRule> inForce, Map<String, QueueRule> read) {
        Map<String, QueueRule> kept = new LinkedHashMap<>();
        read.forEach((name, queue) -> {
            QueueRule old = inForce.get(name);
            kept.put(name, old == null ? queue : queue.withJournal(old.journal()));
        });
        return Collections.unmodifiableMap(kept);
    }

    /** Whether the store tells of sessions that change is decided at the start; how they are read is not. */
    private static AuthConfig kept(AuthConfig inForce, AuthConfig read) {
        boolean same = (inForce.session() == null) == (read.session() == null);
        return same ? read : new AuthConfig(read.jwt(), read.apiKeys(), inForce.session());
    }

    private static ServerConfig kept(ServerConfig inForce, ServerConfig read) {
        return new ServerConfig(
                inForce.listen(),
                inForce.redirectToHttps(),
                inForce.workers(),
                inForce.transport(),
                inForce.reusePort(),
                read.trustedProxies(),
                read.maxRequestBody(),
                read.maxRequestLine(),
                read.maxHeaderSize(),
                read.maxFields(),
                read.maxCookieCrumbs(),
                inForce.maxConnections(),
                read.maxConnectionsPerAddress(),
                read.headerTimeout(),
                read.bodyTimeout(),
                read.idleTimeout(),
                read.minRate(),
                read.maxRequestTime(),
                read.shutdownDelay(),
                read.shutdownGrace(),
                read.accessLog(),
                read.logFormat(),
                read.logLevel(),
                read.requestIds(),
                kept(inForce.http2(), read.http2()),
                read.tls(),
                inForce.admin());
    }

    private static Http2Config kept(Http2Config inForce, Http2Config read) {
        return new Http2Config(
                inForce.enabled(),
                read.maxConcurrentStreams(),
                read.streamWindow(),
                read.connectionWindow(),
                read.maxHeaderListSize(),
                read.misbehaviour());
    }

    private static CacheConfig kept(CacheConfig inForce, CacheConfig read) {
        return new CacheConfig(
                read.enabled(),
                inForce.type(),
                kept(inForce.redis(), read.redis()),
                inForce.keys(),
                read.maxEntryBytes(),
                inForce.memoryBytes(),
                inForce.nearTtl(),
                inForce.nearBytes(),
                inForce.consistency(),
                inForce.socketRecords(),
                new CacheConfig.Nodes(read.nodes().atLeast(), inForce.nodes().file()));
    }

    private static @Nullable RedisConfig kept(@Nullable RedisConfig inForce, @Nullable RedisConfig read) {
        if (inForce == null || read == null) {
            return inForce;
        }
        Ttl ttl = new Ttl(
                inForce.ttl().session(),
                inForce.ttl().rateLimit(),
                read.ttl().apiCache(),
                read.ttl().tokenBlacklist());
        return new RedisConfig(
                inForce.host(),
                inForce.port(),
                inForce.database(),
                inForce.username(),
                inForce.password(),
                inForce.useTls(),
                inForce.tls(),
                inForce.deadline(),
                inForce.commandTimeout(),
                inForce.startupWait(),
                inForce.pool(),
                ttl,
                inForce.cluster(),
                inForce.sentinel());
    }
}
