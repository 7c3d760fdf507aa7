package app.rcommerce.gateway.config.table;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.AccessConfig;
import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.config.listen.ListenAddress;
import app.rcommerce.gateway.config.listen.ListeningSocket;
import app.rcommerce.gateway.config.table.ConfigReader.Result;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.LimitKey;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.IdempotencyRule;
import app.rcommerce.gateway.route.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {

    private static final String MINIMAL = """
            [upstreams.u]
            servers = ["http://h"]
            [[routes]]
            name = "r"
            path = "/**"
            upstream = "u"
            """;

    @TempDir
    Path folder;

    @Test
    void whatIsNotSaidHasItsDefault() throws IOException {
        GatewayConfig config = loaded(MINIMAL, Map.of());

        ServerConfig server = config.server();
        assertThat(server.listen()).containsExactly(ListeningSocket.plain("127.0.0.1", 8080));
        assertThat(server.workers()).isZero();
        assertThat(server.trustedProxies()).isEmpty();
        assertThat(server.maxRequestBody()).isEqualTo(50L << 20);
        assertThat(server.maxRequestLine()).isEqualTo(8192);
        assertThat(server.maxHeaderSize()).isEqualTo(16384);
        assertThat(server.headerTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(server.bodyTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(server.maxConnections()).isZero();
        assertThat(server.minRate()).isEqualTo(500);
        assertThat(server.maxRequestTime()).isEqualTo(Duration.ZERO);
        assertThat(server.idleTimeout()).isEqualTo(Duration.ofSeconds(75));
        assertThat(server.shutdownDelay()).isEqualTo(Duration.ZERO);
        assertThat(server.reusePort()).isFalse();
        assertThat(server.shutdownGrace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(server.accessLog()).isTrue();
        assertThat(server.requestIds()).isEqualTo(ServerConfig.KeptIds.TRUSTED);
        assertThat(server.admin()).isEqualTo(new ServerConfig.AdminConfig(new ListenAddress("127.0.0.1", 9901), null));
        assertThat(config.cache())
                .isEqualTo(new CacheConfig(
                        true,
                        CacheConfig.Type.MEMORY,
                        null,
                        KeyTemplates.DEFAULTS,
                        1 << 20,
                        64 << 20,
                        Duration.ofMillis(500),
                        32 << 20,
                        CacheConfig.Consistency.NEAR,
                        CacheConfig.SocketRecords.HASH,
                        CacheConfig.Nodes.DEFAULTS));
        assertThat(config.auth()).isEqualTo(new AuthConfig(null, List.of(), null));
        assertThat(config.access()).isEqualTo(new AccessConfig(List.of(), List.of(), OnUnknown.ALLOW, List.of()));
        assertThat(config.upstreams().get("u"))
                .isEqualTo(new UpstreamConfig(
                        "u",
                        List.of(new UpstreamConfig.Server("h", 80)),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60),
                        1024,
                        Duration.ofMinutes(5),
                        10_000));
        Route route = config.routes().getFirst();
        assertThat(route.hosts()).isEmpty();
        assertThat(route.methods()).isEmpty();
        assertThat(route.auth()).isEqualTo(Route.Auth.NONE);
        assertThat(route.handler()).isEqualTo(new Handler.Proxy("u", null, null));
        assertThat(route.cache()).isNull();
    }

    @Test
    void thePlatformsCacheSectionWorksAsItStands() throws IOException {
        String section = """
                [cache]
                enabled = true
                cache_type = "Redis"        # or "Memory": the same interface, no code change

                [cache.redis]
                host = "127.0.0.1"
                port = 6379
                database = 0
                username = ""
                password = "${REDIS_PASSWORD}"   # environment variables are substituted
                use_tls = false

                [cache.redis.pool]
                max_connections = 20
                min_connections = 5
                connection_timeout = 5      # seconds
                idle_timeout = 300          # seconds

                [cache.redis.ttl]           # seconds
                session = 3600
                rate_limit = 60
                api_cache = 300
                token_blacklist = 86400

                [cache.redis.cluster]
                enabled = true
                nodes = ["redis://node1:6379", "redis://node2:6379", "redis://node3:6379"]
                """;

        RedisConfig redis = loaded(section + MINIMAL, Map.of("REDIS_PASSWORD", "hunter2"))
                .cache()
                .redis();

        assertThat(redis)
                .isEqualTo(new RedisConfig(
                        "127.0.0.1",
                        6379,
                        0,
                        "",
                        new Secret("hunter2"),
                        false,
                        CacheConfig.RedisTls.USUAL,
                        Duration.ofMillis(25),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        new CacheConfig.Pool(20, 5, Duration.ofSeconds(5), Duration.ofSeconds(300)),
                        new CacheConfig.Ttl(
                                Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofDays(1)),
                        List.of("redis://node1:6379", "redis://node2:6379", "redis://node3:6379"),
                        null));
        assertThat(redis.toString()).doesNotContain("hunter2");
        assertThat(loaded(section.replace("\"Redis\" ", "\"Memory\"") + MINIMAL, Map.of())
                        .cache()
                        .redis())
                .as("unused, so the password's variable need not be set")
                .isNull();
    }

    @Test
    void anEmptyPasswordIsNone() throws IOException {
        String redis = "[cache]\ncache_type = \"Redis\"\n[cache.redis]\npassword = \"\"\n";

        assertThat(loaded(redis + MINIMAL, Map.of()).cache().redis().password()).isNull();
        assertThat(loaded(redis.replace("\"\"", "\"${P}\"") + MINIMAL, Map.of("P", ""))
                        .cache()
                        .redis()
                        .password())
                .isNull();
    }

    @Test
    void sentinelsAndTlsNodesAreBroughtIntoOneForm() throws IOException {
        CacheConfig cache = loaded("""
                [cache]
                cache_type = "Redis"
                [cache.redis]
                use_tls = true
                sentinel_nodes = ["rediss://s1", "s2:26380", "redis://[2001:DB8::1]:1"]
                sentinel_service = "mymaster"
                sentinel_username = "gateway"
                sentinel_password = "${SESAME}"
                [cache.redis.keys]
                rate_limit = "rcommerce:rate:limit/{identifier}"
                token_blacklist = "blacklist:token:{token_id}"
                """ + MINIMAL, Map.of("SESAME", "sesame")).cache();

        assertThat(cache.redis().sentinel())
                .isEqualTo(new CacheConfig.Sentinel(
                        List.of("redis://s1:26379", "redis://s2:26380", "redis://[2001:db8::1]:1"),
                        "mymaster",
                        "gateway",
                        new Secret("sesame")));
        assertThat(cache.keys().rateLimit()).isEqualTo("rcommerce:rate:limit/{identifier}");
        assertThat(cache.keys().tokenBlacklist()).isEqualTo("blacklist:token:{token_id}");
        assertThat(cache.keys().blockList()).isEqualTo(KeyTemplates.DEFAULTS.blockList());
    }

    @Test
    void everythingThatCanBeSaidIsRead() throws IOException {
        Files.writeString(
                folder.resolve("keys.json"), "{\"keys\": [{\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"AA\"}]}");
        GatewayConfig config = loaded("""
                [server]
                listen = ["[::1]:0", "localhost:80"]
                workers = 3
                max_request_body = 1000
                access_log = false
                [server.admin]
                listen = "[::1]:9901"
                [cache]
                max_entry_size = "2MB"
                near_ttl = "0ms"
                [cache.redis.ttl]
                api_cache = "2m"
                [auth.jwt]
                algorithms = ["EdDSA", "HS256"]
                secret = "0123456789abcdef0123456789abcdef"
                jwks_file = "keys.json"
                token_types = []
                on_store_failure = "deny"
                [access]
                block = ["203.0.113.9", "ip:2001:db8::/32", "user:42"]
                allow = ["key:erp"]
                [limits.a-1]
                key = "identity"
                applies_to = "authenticated"
                rates = ["200/10s", "1/day"]
                mode = "shadow"
                on_store_failure = "deny"
                [upstreams.u]
                servers = ["http://[::1]:8081", "http://b"]
                [[routes]]
                name = "r"
                host = "Shop.Example.com"
                path = "/a/{id}"
                methods = ["QUERY"]
                upstream = "u"
                auth = "required"
                scopes = ["products:read"]
                limits = ["a-1"]
                cache = {}
                max_request_body = "1KB"
                max_request_time = "90s"
                """, Map.of());

        assertThat(config.server().listen())
                .containsExactly(ListeningSocket.plain("::1", 0), ListeningSocket.plain("localhost", 80));
        assertThat(config.server().maxRequestBody()).isEqualTo(1000);
        assertThat(config.auth().jwt().algorithms()).containsExactlyInAnyOrder("EdDSA", "HS256");
        assertThat(config.auth().jwt().jwks()).contains("Ed25519");
        assertThat(config.auth().jwt().tokenTypes()).isEmpty();
        assertThat(config.auth().jwt().toString()).doesNotContain("0123456789");
        assertThat(config.files()).containsExactly(folder.resolve("gateway.toml"), folder.resolve("keys.json"));
        assertThat(config.access().block())
                .containsExactly(
                        Subject.parse("203.0.113.9"), Subject.parse("2001:db8::/32"), Subject.parse("user:42"));
        Limit limit = config.limits().get("a-1");
        assertThat(limit.key()).isEqualTo(LimitKey.of(LimitKey.Plain.IDENTITY));
        assertThat(limit.appliesTo()).isEqualTo(Limit.AppliesTo.AUTHENTICATED);
        assertThat(limit.rates()).extracting(Object::toString).hasSize(2);
        assertThat(limit.enforcement().mode()).isEqualTo(Limit.Mode.SHADOW);
        assertThat(limit.onStoreFailure()).isEqualTo(Limit.OnStoreFailure.DENY);
        assertThat(config.upstreams().get("u").servers())
                .extracting(Object::toString)
                .containsExactly("[::1]:8081", "b:80");
        Route route = config.routes().getFirst();
        assertThat(route.hosts()).containsExactly("shop.example.com");
        assertThat(route.methods()).isEqualTo(Set.of("QUERY"));
        assertThat(route.cache()).isEqualTo(new Handler.CacheRule(Duration.ofMinutes(2), false, 2 << 20));
        assertThat(route.handler())
                .isEqualTo(new Handler.Proxy("u", route.cache(), 1024L, Duration.ofSeconds(90), null, null));
    }

    @Test
    void idempotencyIsATimeOrATable() throws IOException {
        String route = "[[routes]]\nname = \"%s\"\npath = \"/%s\"\nupstream = \"u\"\nidempotency = %s\n";
        GatewayConfig config = loaded(
                "[upstreams.u]\nservers = [\"http://b\"]\n"
                        + route.formatted("a", "a", "\"3h\"")
                        + route.formatted("b", "b", "{ required = true, in_progress = \"7s\" }"),
                Map.of());

        IdempotencyRule usual = IdempotencyRule.DEFAULT;
        assertThat(config.routes().stream().map(Route::handler))
                .extracting(handler -> ((Handler.Proxy) handler).idempotency())
                .containsExactly(
                        new IdempotencyRule(Duration.ofHours(3), 1 << 20, 1 << 20, false, null, false),
                        new IdempotencyRule(usual.kept(), 1 << 20, 1 << 20, true, Duration.ofSeconds(7), false));
    }

    @Test
    void routesOnOnePathMayDifferInHostOrMethod() throws IOException {
        String route = "[[routes]]\nname = \"%s\"\npath = \"/**\"\nupstream = \"u\"\n%s\n";

        assertThat(loaded(
                                MINIMAL
                                        + route.formatted("a", "methods = [\"GET\"]")
                                        + route.formatted("b", "methods = [\"POST\"]")
                                        + route.formatted("c", "host = \"*.example.com\""),
                                Map.of())
                        .routes())
                .hasSize(4);
    }

    @Test
    void aFileThatIsNotThereIsOneProblem() {
        Result result = ConfigReader.read(Path.of("nowhere.toml"), variable -> null);

        assertThat(((Result.Rejected) result).problems())
                .extracting(ConfigProblem::toString)
                .containsExactly("nowhere.toml: \"nowhere.toml\" (expected: a file that exists)");
    }

    @Test
    void theOrderOfTheFileIsKept() throws IOException {
        GatewayConfig config = loaded("""
                [limits.z]
                key = "ip"
                rates = ["1/second"]
                [limits.a]
                key = "ip"
                rates = ["1/second"]
                [limits.m]
                key = "ip"
                rates = ["1/second"]
                """ + MINIMAL, Map.of());

        assertThat(config.limits().keySet()).containsExactly("z", "a", "m");
    }

    private GatewayConfig loaded(String text, Map<String, String> variables) throws IOException {
        Path file = Files.writeString(folder.resolve("gateway.toml"), text);
        Result result = ConfigReader.read(file, variables::get);
        assertThat(result).isInstanceOf(Result.Loaded.class);
        return ((Result.Loaded) result).config();
    }
}
