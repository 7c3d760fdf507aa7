package app.rcommerce.gateway.config.effective;

import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.config.CacheConfig.Sentinel;
import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.Sizes;
import app.rcommerce.gateway.config.listen.Http2Config;
import java.util.List;

/** The settings of {@code [server]}, {@code [cache]} and {@code [auth]}. Stateless. */
final class ServerTree {

    private ServerTree() {}

    static TableTree server(ServerConfig server) {
        TableTree tree = new TableTree()
                .put("listen", SocketTree.served(server.listen()))
                .put("redirect_to_https", SocketTree.redirecting(server.redirectToHttps()))
                .put("workers", server.workers())
                .word("transport", server.transport())
                .put("reuse_port", server.reusePort())
                .texts("trusted_proxies", server.trustedProxies())
                .size("max_request_body", server.maxRequestBody())
                .size("max_request_line", server.maxRequestLine())
                .size("max_header_size", server.maxHeaderSize())
                .put("max_fields", server.maxFields())
                .put("max_cookie_crumbs", server.maxCookieCrumbs())
                .put("max_connections", server.maxConnections())
                .put("max_connections_per_address", server.maxConnectionsPerAddress())
                .time("header_timeout", server.headerTimeout())
                .time("body_timeout", server.bodyTimeout())
                .put("min_rate", Sizes.format(server.minRate()) + "/s")
                .time("max_request_time", server.maxRequestTime())
                .time("idle_timeout", server.idleTimeout())
                .time("shutdown_delay", server.shutdownDelay())
                .time("shutdown_grace", server.shutdownGrace())
                .put("access_log", server.accessLog())
                .word("log_format", server.logFormat())
                .word("log_level", server.logLevel())
                .word("request_ids", server.requestIds());
        if (server.tls() != null) {
            tree.table("tls", SocketTree.tls(server.tls()));
        }
        tree.table("http2", http2(server.http2()));
        return tree.table(
                "admin",
                new TableTree()
                        .put("listen", server.admin().listen().toString())
                        .secret("token", server.admin().token()));
    }

    private static TableTree http2(Http2Config http2) {
        return new TableTree()
                .put("enabled", http2.enabled())
                .put("max_concurrent_streams", http2.maxConcurrentStreams())
                .size("stream_window", http2.streamWindow())
                .size("connection_window", http2.connectionWindow())
                .size("max_header_list_size", http2.maxHeaderListSize())
                .put("misbehaviour", http2.misbehaviour().text());
    }

    static TableTree cache(CacheConfig cache) {
        TableTree tree = new TableTree()
                .put("enabled", cache.enabled())
                .put("cache_type", cache.type() == CacheConfig.Type.REDIS ? "Redis" : "Memory")
                .size("max_entry_size", cache.maxEntryBytes())
                .size("memory_size", cache.memoryBytes())
                .word("consistency", cache.consistency())
                .word("websocket_records", cache.socketRecords())
                .time("near_ttl", cache.nearTtl())
                .size("near_size", cache.nearBytes())
                .put("nodes_at_least", cache.nodes().atLeast())
                .put("nodes_file", cache.nodes().file());
        RedisConfig redis = cache.redis();
        return redis == null ? tree : tree.table("redis", redis(redis, cache.keys()));
    }

    private static TableTree redis(RedisConfig redis, KeyTemplates keys) {
        TableTree tree = new TableTree()
                .put("host", redis.host())
                .put("port", redis.port())
                .put("database", redis.database())
                .put("username", redis.username())
                .secret("password", redis.password())
                .put("use_tls", redis.useTls())
                .time("deadline", redis.deadline())
                .time("command_timeout", redis.commandTimeout())
                .time("startup_wait", redis.startupWait());
        Sentinel sentinel = redis.sentinel();
        if (sentinel != null) {
            tree.urls("sentinel_nodes", sentinel.nodes())
                    .put("sentinel_service", sentinel.service())
                    .put("sentinel_username", sentinel.username().isEmpty() ? null : sentinel.username())
                    .put("sentinel_password", sentinel.password() == null ? null : Hidden.of(sentinel.password()));
        }
        if (!redis.tls().equals(CacheConfig.RedisTls.USUAL)) {
            tree.table(
                    "tls",
                    new TableTree()
                            .put(
                                    "ca",
                                    redis.tls().ca().isEmpty()
                                            ? null
                                            : redis.tls().ca())
                            .put(
                                    "cert",
                                    redis.tls().cert().isEmpty()
                                            ? null
                                            : redis.tls().cert())
                            .put(
                                    "key",
                                    redis.tls().key().isEmpty()
                                            ? null
                                            : redis.tls().key()));
        }
        return tree.table(
                        "pool",
                        new TableTree()
                                .put("max_connections", redis.pool().maxConnections())
                                .put("min_connections", redis.pool().minConnections())
                                .seconds("connection_timeout", redis.pool().connectionTimeout())
                                .seconds("idle_timeout", redis.pool().idleTimeout()))
                .table(
                        "ttl",
                        new TableTree()
                                .seconds("session", redis.ttl().session())
                                .seconds("rate_limit", redis.ttl().rateLimit())
                                .seconds("api_cache", redis.ttl().apiCache())
                                .seconds("token_blacklist", redis.ttl().tokenBlacklist()))
                .table(
                        "cluster",
                        new TableTree()
                                .put("enabled", !redis.cluster().isEmpty())
                                .urls("nodes", redis.cluster()))
                .table("keys", keys(keys));
    }

    private static TableTree keys(KeyTemplates keys) {
        return new TableTree()
                .put("rate_limit", keys.rateLimit())
                .put("fixed_window", keys.fixedWindow())
                .put("concurrency", keys.concurrency())
                .put("block_list", keys.blockList())
                .put("block_ranges", keys.blockRanges())
                .put("token_blacklist", keys.tokenBlacklist())
                .put("subject_cutoff", keys.subjectCutoff())
                .put("api_cache", keys.apiCache())
                .put("purges", keys.purges())
                .put("nodes", keys.nodes())
                .put("session", keys.session())
                .put("websocket_session", keys.websocketSession())
                .put("ticket_keys", keys.ticketKeys())
                .put("topic_history", keys.topicHistory())
                .put("topic_state", keys.topicState())
                .put("topics", keys.topics())
                .put("entry_tickets", keys.entryTickets())
                .put("presence", keys.presence())
                .put("job_queue", keys.jobQueue())
                .put("idempotency", keys.idempotency())
                .put("events", keys.events());
    }

    static TableTree auth(AuthConfig auth) {
        TableTree tree = new TableTree();
        AuthConfig.Jwt jwt = auth.jwt();
        if (jwt != null) {
            tree.table("jwt", jwt(jwt));
        }
        AuthConfig.Session session = auth.session();
        if (session != null) {
            tree.table("session", session(session));
        }
        List<?> keys = auth.apiKeys().stream()
                .map(key -> new TableTree()
                        .put("id", key.id())
                        .put("sha256", Hidden.of(new Secret(key.sha256())))
                        .sorted("scopes", key.scopes().granted())
                        .put("limit_multiplier", key.limitMultiplier())
                        .values())
                .toList();
        return tree.put("api_keys", keys.isEmpty() ? null : keys);
    }

    private static TableTree session(AuthConfig.Session session) {
        return new TableTree()
                .put("cookie", session.carrier().isAmbient() ? session.carrier().cookie() : null)
                .put(
                        "header",
                        session.carrier().isAmbient() ? null : session.carrier().field())
                .time("idle", session.idle())
                .time("absolute", session.absolute())
                .put("csrf", session.carrier().isAmbient() ? session.csrf() : null)
                .texts("origins", session.origins())
                .time("known_for", session.knownFor());
    }

    private static TableTree jwt(AuthConfig.Jwt jwt) {
        return new TableTree()
                .sorted("algorithms", jwt.algorithms())
                .put("secret", jwt.secret() == null ? null : Hidden.of(jwt.secret()))
                // A set may have private or symmetric keys, so what stands in it is treated as a secret.
                .put("jwks_file", jwt.jwks() == null ? null : Hidden.of(new Secret(jwt.jwks())))
                .put("jwks_url", jwt.jwksUrl() == null ? null : Hidden.urlAndQuery(jwt.jwksUrl()))
                .put("issuer", jwt.issuer() == null ? null : Hidden.url(jwt.issuer()))
                .put("audience", jwt.audience() == null ? null : Hidden.url(jwt.audience()))
                .time("clock_skew", jwt.clockSkew())
                .time("max_token_life", jwt.maxTokenLife())
                .sorted("token_types", jwt.tokenTypes())
                .texts("scope_claims", jwt.scopeClaims())
                .put("bad_signatures", jwt.badSignatures().text())
                .word("on_store_failure", jwt.onStoreFailure())
                .put("cookie", jwt.cookie());
    }
}
